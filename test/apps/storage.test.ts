import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../../local/runtime/emulator/server";
import { Cloud } from "../../local/simulator/cloud/cloud";
import { bucketName, objectName, writeObject } from "../../local/simulator/services/storage";
import { run } from "../../local/toolchain/process";
import { pythonWith } from "./python";

let folder: string;
let cloud: Cloud;
let server: Awaited<ReturnType<typeof serve>>;
let python: string;

beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "slipway-storage-"));
    cloud = new Cloud(folder);
    server = await serve(cloud);
    python = await pythonWith(join(__dirname, "..", "..", "examples", "platform", "predict"));
});

afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
});

function makeBucket(id: string, state: object = {}) {
    const type = "gcp:storage/bucket:Bucket";
    const entry = { name: bucketName(id), project: "acme-dev", type, id, state: { name: id, ...state } };
    cloud.store.create(entry);
    return entry;
}

/** The JSON of `expressions` after running `code` with Google's client library for Python. */
async function client(bucket: string, expressions: string, code = ""): Promise<unknown> {
    const script = `
import io, json
from google.cloud import storage
bucket = storage.Client().bucket("${bucket}")
def refused(action):
    try:
        action()
    except Exception as error:
        return type(error).__name__ + ": " + str(error)
${code}
print(json.dumps([${expressions}]))`;
    const env = { PATH: process.env.PATH, STORAGE_EMULATOR_HOST: server.url };
    return JSON.parse(await run(python, ["-W", "ignore", "-c", script], { env }));
}

test("an object is read as a whole, from an offset, in parts, and by its metadata", async () => {
    writeObject(cloud, makeBucket("read"), "a b/ü.txt", Buffer.from("0123456789"));
    const seen = await client(
        "read",
        `blob.download_as_text(),
         blob.download_as_text(start=3, end=5),
         bucket.blob("a b/ü.txt", chunk_size=262144).download_as_bytes().decode(),
         blob.open("r").read(),
         found.download_as_text(),
         [found.size, found.content_type, found.crc32c, found.md5_hash, found.storage_class]`,
        `blob = bucket.blob("a b/ü.txt")
found = bucket.get_blob("a b/ü.txt")`,
    );
    const digits = "0123456789";
    const description = [10, "text/plain; charset=utf-8", "KAwGng==", "eB5eJF1ptWaXm4bijSPyxw==", "STANDARD"];
    expect(seen).toEqual([digits, "345", digits, digits, digits, description]);
});

test.each([
    ["in one request", `blob.upload_from_string(content, content_type="text/csv")`],
    ["in several requests", `blob.chunk_size = 262144; blob.upload_from_string(content, content_type="text/csv")`],
    ["without its length", `blob.upload_from_file(io.BytesIO(content), content_type="text/csv")`],
    ["from a file", `blob.content_type = "text/csv"; f = blob.open("wb"); f.write(content); f.close()`],
])("content written %s is in the bucket, with its metadata", async (way, upload) => {
    makeBucket("written");
    const [generation] = (await client(
        "written",
        `bucket.get_blob("${way}").generation`,
        `content = b"1;2\\r\\n--" * 100000
blob = bucket.blob("${way}")
blob.metadata = {"season": "summer"}
${upload}`,
    )) as number[];
    const { content, state } = cloud.store.read(objectName("written", way)) ?? {};
    expect(cloud.store.content(content as string).equals(Buffer.from("1;2\r\n--".repeat(100_000)))).toBe(true);
    expect(state).toMatchObject({ generation, contentType: "text/csv", metadata: { season: "summer" } });
});

test("objects are listed by prefix, by folder, by page and by pattern", async () => {
    const bucket = makeBucket("listed");
    for (const name of ["2025/a", "2025/b", "2026/c", "d"]) {
        writeObject(cloud, bucket, name, Buffer.from(name));
    }
    const seen = await client(
        "listed",
        `names(), names(prefix="2025/"), names(delimiter="/"), sorted(folders.prefixes), names(page_size=3),
         names(max_results=1), names(match_glob="2025/*"), names(match_glob="{**/[bc],d}")`,
        `def names(**options):
    return [blob.name for blob in bucket.list_blobs(**options)]
folders = bucket.list_blobs(delimiter="/")
list(folders)`,
    );
    expect(seen).toEqual([
        ["2025/a", "2025/b", "2026/c", "d"],
        ["2025/a", "2025/b"],
        ["d"],
        ["2025/", "2026/"],
        ["2025/a", "2025/b", "2026/c", "d"],
        ["2025/a"],
        ["2025/a", "2025/b"],
        ["2025/b", "2026/c", "d"],
    ]);
});

test("a deleted object is gone; a bucket with versioning keeps the last version", async () => {
    for (const enabled of [false, true]) {
        const bucket = makeBucket(`versions-${enabled}`, { versioning: { enabled } });
        writeObject(cloud, bucket, "a", Buffer.from("a"));
        expect(await client(bucket.id, "bucket.blob('a').delete(), bucket.blob('a').exists()")).toEqual([null, false]);
        expect(
            cloud.store.list(bucket.name).map(({ content }) => cloud.store.content(content as string).toString()),
        ).toEqual(enabled ? ["a"] : []);
    }
});

test("missing and changed objects are refused with Google's errors", async () => {
    writeObject(cloud, makeBucket("refused"), "a", Buffer.from("first"));
    const seen = await client(
        "refused",
        `refused(lambda: storage.Client().get_bucket("none")),
         refused(lambda: bucket.blob("none").download_as_bytes()),
         refused(lambda: bucket.blob("none").delete()),
         refused(lambda: storage.Client().bucket("none").blob("a").upload_from_string("b")),
         refused(lambda: bucket.blob("a").upload_from_string("second", if_generation_match=0)),
         refused(lambda: bucket.blob("a").delete(if_generation_match=1)),
         bucket.blob("a").download_as_text()`,
    );
    expect(seen).toEqual([
        expect.stringMatching(/^NotFound: 404 .*The specified bucket does not exist\.$/),
        expect.stringMatching(/^NotFound: 404 .*No such object: refused\/none/),
        expect.stringMatching(/^NotFound: 404 .*No such object: refused\/none$/),
        expect.stringMatching(/^NotFound: 404 .*The specified bucket does not exist\./),
        expect.stringMatching(/^PreconditionFailed: 412 .*At least one of the pre-conditions you specified did not/),
        expect.stringMatching(/^PreconditionFailed: 412 .*At least one of the pre-conditions you specified did not/),
        "first",
    ]);
});

test("errors have Google's format", async () => {
    makeBucket("errors");
    const answer = await fetch(`${server.url}/storage/v1/b/errors/o/none`);
    const message = "No such object: errors/none";
    const error = { code: 404, message, errors: [{ message, domain: "global", reason: "notFound" }] };
    expect([answer.status, await answer.json()]).toEqual([404, { error }]);
});

test("an upload in parts can be canceled, and its parts can be posted", async () => {
    makeBucket("parts");
    const start = async () => {
        const url = `${server.url}/upload/storage/v1/b/parts/o?uploadType=resumable&name=a`;
        const { headers } = await fetch(url, { method: "POST" });
        return headers.get("location") as string;
    };
    const canceled = await start();
    expect((await fetch(canceled, { method: "DELETE" })).status).toBe(499);
    expect((await fetch(canceled, { method: "PUT", body: "a" })).status).toBe(404);
    const posted = await start();
    const part = (range: string, body: string) =>
        fetch(posted, { method: "POST", headers: { "content-range": `bytes ${range}` }, body });
    expect((await part("0-2/6", "abc")).status).toBe(308);
    expect((await part("3-5/6", "def")).status).toBe(200);
    const { content } = cloud.store.read(objectName("parts", "a")) ?? {};
    expect(String(cloud.store.content(content as string))).toBe("abcdef");
});

test("the lines of an upload with metadata can end without a carriage return", async () => {
    makeBucket("lines");
    const body =
        '--==0==\nContent-Type: application/json\n\n{"name":"a"}\n--==0==\nContent-Type: text/csv\n\n1\r\n2\r\n--==0==--';
    const headers = { "content-type": 'multipart/related; boundary="==0=="' };
    const url = `${server.url}/upload/storage/v1/b/lines/o?uploadType=multipart`;
    expect((await fetch(url, { method: "POST", headers, body })).status).toBe(200);
    const { content, state } = cloud.store.read(objectName("lines", "a")) ?? {};
    expect([String(cloud.store.content(content as string)), state?.contentType]).toEqual(["1\r\n2\r", "text/csv"]);
});
