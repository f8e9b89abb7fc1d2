// Open an age file with another implementation.
//
//   node open.mjs SEALED KEY PLAINTEXT
//
// SEALED is an age file, binary or armored; KEY a text file whose one line is an AGE-SECRET-KEY-…
// or else a passphrase; PLAINTEXT is written, and nothing is where the file does not open (exit
// status 1).
import { readFile, writeFile } from "node:fs/promises";
import { armor, Decrypter } from "age-encryption";

const [sealedPath, keyPath, plaintextPath] = process.argv.slice(2);
if (plaintextPath === undefined) {
  console.error("usage: node open.mjs SEALED KEY PLAINTEXT");
  process.exit(2);
}
const decrypter = new Decrypter();
const key = (await readFile(keyPath, "utf8")).trim();
if (key.startsWith("AGE-SECRET-KEY-")) decrypter.addIdentity(key);
else decrypter.addPassphrase(key);
try {
  const sealed = await readFile(sealedPath);
  const isArmored = sealed.subarray(0, 5).toString("latin1") === "-----";
  const file = isArmored ? armor.decode(sealed.toString("latin1")) : sealed;
  await writeFile(plaintextPath, await decrypter.decrypt(file));
} catch (error) {
  console.error(`not opened: ${error.message}`);
  process.exitCode = 1;
}
