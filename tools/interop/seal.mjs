// Seal an age file with another implementation.
//
//   node seal.mjs PLAINTEXT KEY SEALED [armor]
//
// KEY is a text file whose one line is an age1… or else a passphrase; SEALED is written as an age
// file, binary or armored.
import { readFile, writeFile } from "node:fs/promises";
import { armor, Encrypter } from "age-encryption";

const [plaintextPath, keyPath, sealedPath, form] = process.argv.slice(2);
if (sealedPath === undefined) {
  console.error("usage: node seal.mjs PLAINTEXT KEY SEALED [armor]");
  process.exit(2);
}
const encrypter = new Encrypter();
const key = (await readFile(keyPath, "utf8")).trim();
if (key.startsWith("age1")) encrypter.addRecipient(key);
else encrypter.setPassphrase(key);
const sealed = await encrypter.encrypt(await readFile(plaintextPath));
await writeFile(sealedPath, form === "armor" ? armor.encode(sealed) : sealed);
