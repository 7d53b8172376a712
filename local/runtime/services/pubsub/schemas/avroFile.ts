import { randomBytes } from "node:crypto";
import { type Schema, Type } from "avsc";

/** https://avro.apache.org/docs/1.12.0/specification/#object-container-files */
const header = Type.forSchema({
    type: "record",
    name: "org.apache.avro.file.Header",
    fields: [
        { name: "magic", type: { type: "fixed", name: "Magic", size: 4 } },
        { name: "meta", type: { type: "map", values: "bytes" } },
        { name: "sync", type: { type: "fixed", name: "Sync", size: 16 } },
    ],
});
const long = Type.forSchema("long");

/** Writes an Avro file with one block. */
export function avroFile(schema: Schema, records: object[]): Buffer {
    const type = Type.forSchema(schema);
    const sync = randomBytes(16);
    const meta = { "avro.schema": Buffer.from(JSON.stringify(schema)), "avro.codec": Buffer.from("null") };
    const block = Buffer.concat(records.map((record) => type.toBuffer(record)));
    return Buffer.concat([
        header.toBuffer({ magic: Buffer.from("Obj\u0001"), meta, sync }),
        long.toBuffer(records.length),
        long.toBuffer(block.length),
        block,
        sync,
    ]);
}
