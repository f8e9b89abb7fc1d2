// Open an age file with another implementation.
//
//   node open.mjs SEALED IDENTITY PLAINTEXT
//
// SEALED is a binary age file; IDENTITY a text file whose one line is an AGE-SECRET-KEY-…;
// PLAINTEXT is written, and nothing is written where the file does not open (exit status 1).
import { readFile, writeFile } from "node:fs/promises";
import { Decrypter } from "age-encryption";

const [sealedPath, identityPath, plaintextPath] = process.argv.slice(2);
if (plaintextPath === undefined) {
  console.error("usage: node open.mjs SEALED IDENTITY PLAINTEXT");
  process.exit(2);
}
const decrypter = new Decrypter();
decrypter.addIdentity((await readFile(identityPath, "utf8")).trim());
try {
  await writeFile(plaintextPath, await decrypter.decrypt(await readFile(sealedPath)));
} catch (error) {
  console.error(`not opened: ${error.message}`);
  process.exitCode = 1;
}
