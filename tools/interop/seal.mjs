// Seal an age file with another implementation.
//
//   node seal.mjs PLAINTEXT RECIPIENT SEALED
//
// RECIPIENT is a text file whose one line is an age1…; SEALED is written as a binary age file.
import { readFile, writeFile } from "node:fs/promises";
import { Encrypter } from "age-encryption";

const [plaintextPath, recipientPath, sealedPath] = process.argv.slice(2);
if (sealedPath === undefined) {
  console.error("usage: node seal.mjs PLAINTEXT RECIPIENT SEALED");
  process.exit(2);
}
const encrypter = new Encrypter();
encrypter.addRecipient((await readFile(recipientPath, "utf8")).trim());
await writeFile(sealedPath, await encrypter.encrypt(await readFile(plaintextPath)));
