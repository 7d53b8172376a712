import type { Inputs } from "../../../../local/simulator/rules/rules";
import { Emulator, project } from "./served";

/** Calls of the JSON API about the objects of a bucket. */
async function bucketWith(inputs: Inputs = {}) {
    const world = project();
    world.enable("storage");
    world.make("Bucket", { name: "acme-files", location: "EU", ...inputs });
    const { url } = await Emulator.of(world);
    const bucket = `${url}/storage/v1/b/acme-files`;
    const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
        const content = body === undefined ? undefined : JSON.stringify(body);
        const answer = await fetch(`${bucket}/o${path}`, { method, body: content, headers });
        const text = await answer.text();
        return { status: answer.status, body: (text.startsWith("{") ? JSON.parse(text) : text) as Inputs };
    };
    const upload = (name: string, content: string, headers: Record<string, string> = {}) =>
        fetch(`${url}/upload/storage/v1/b/acme-files/o?uploadType=media&name=${encodeURIComponent(name)}`, {
            method: "POST",
            body: content,
            headers,
        });
    const names = async (query: string) => {
        const { items, prefixes } = (await call("GET", `?${query}`)).body;
        return [items.map(({ name }: Inputs) => name), prefixes];
    };
    return { call, upload, names, bucket };
}

test("objects are listed by delimiter, offsets, glob and context", async () => {
    const { call, upload, names } = await bucketWith();
    for (const name of ["a.txt", "b/", "b/c.txt", "b/d/e.csv"]) {
        await upload(name, name);
    }
    await call("PATCH", "/a.txt", { contexts: { custom: { team: { value: "forecast" } } } });
    expect(await names("delimiter=/")).toEqual([["a.txt"], ["b/"]]);
    expect(await names("delimiter=/&includeTrailingDelimiter=true")).toEqual([["a.txt", "b/"], ["b/"]]);
    expect(await names("startOffset=b/&endOffset=b/d")).toEqual([["b/", "b/c.txt"], []]);
    expect(await names(`matchGlob=${encodeURIComponent("b/*.{txt,csv}")}`)).toEqual([["b/c.txt"], []]);
    expect(await names(`matchGlob=${encodeURIComponent("**.[c]sv")}`)).toEqual([["b/d/e.csv"], []]);
    expect(await names(`matchGlob=${encodeURIComponent("**/{a,c}.txt")}`)).toEqual([["a.txt", "b/c.txt"], []]);
    expect(await names(`matchGlob=${encodeURIComponent("b/**/*.{txt,csv}")}`)).toEqual([["b/c.txt", "b/d/e.csv"], []]);
    expect(await names(`matchGlob=${encodeURIComponent("{,b/}?.txt")}`)).toEqual([["a.txt", "b/c.txt"], []]);
    expect(await names(`filter=${encodeURIComponent('contexts."team"="forecast"')}`)).toEqual([["a.txt"], []]);
    expect((await names(`filter=${encodeURIComponent('-contexts."team":*')}`))[0]).toEqual([
        "b/",
        "b/c.txt",
        "b/d/e.csv",
    ]);
});

test("metadata is patched, with its own generation and preconditions", async () => {
    const { call, upload } = await bucketWith();
    const { generation, etag } = (await (await upload("a", "text")).json()) as Inputs;
    const patched = await call("PATCH", "/a", { metadata: { x: "1", y: "2" }, customTime: "2026-01-01T00:00:00Z" });
    expect(patched.body).toMatchObject({ generation, metageneration: "2", metadata: { x: "1", y: "2" } });
    const again = await call("PATCH", "/a?ifMetagenerationMatch=2", { metadata: { x: null } });
    expect(again.body).toMatchObject({ metageneration: "3", metadata: { y: "2" }, customTime: "2026-01-01T00:00:00Z" });
    expect((await call("PATCH", "/a?ifMetagenerationMatch=2", {})).status).toBe(412);
    expect((await call("GET", "/a", undefined, { "if-match": etag })).status).toBe(412);
    expect((await call("GET", "/a", undefined, { "if-none-match": again.body.etag })).status).toBe(304);
    expect((await call("PUT", "/a", { contentType: "text/plain" })).body.metadata).toBeUndefined();
});

test("objects are composed, rewritten and moved", async () => {
    const { call, upload } = await bucketWith();
    const { generation } = (await (await upload("a", "1")).json()) as Inputs;
    await upload("b", "2");
    const sourceObjects = [{ name: "a", objectPreconditions: { ifGenerationMatch: generation } }, { name: "b" }];
    const composed = await call("POST", "/c/compose", { sourceObjects, destination: { contentType: "text/plain" } });
    expect(composed.body).toMatchObject({ size: "2", componentCount: 2, contentType: "text/plain" });
    expect(composed.body.md5Hash).toBeUndefined();
    const changed = [{ name: "a", objectPreconditions: { ifGenerationMatch: 1 } }];
    expect((await call("POST", "/c/compose", { sourceObjects: changed })).status).toBe(412);
    expect((await call("POST", "/c/compose", { sourceObjects: [] })).status).toBe(400);

    const rewritten = await call("POST", "/c/rewriteTo/b/acme-files/o/d", { storageClass: "NEARLINE" });
    expect(rewritten.body).toMatchObject({ done: true, objectSize: "2", resource: { storageClass: "NEARLINE" } });
    expect((await call("POST", "/d/moveTo/o/e?ifSourceGenerationMatch=1")).status).toBe(412);
    expect((await call("POST", "/d/moveTo/o/e")).body.name).toBe("e");
    expect((await call("GET", "/d")).status).toBe(404);
    expect((await call("GET", "/e?alt=media")).body).toBe("12");
});

test("a bucket with versioning keeps replaced objects until their generation is deleted", async () => {
    const { call, upload, names } = await bucketWith({ versioning: { enabled: true } });
    const { generation } = (await (await upload("a", "old")).json()) as Inputs;
    await upload("a", "new");
    expect(await names("versions=true")).toEqual([["a", "a"], []]);
    expect((await call("GET", `/a?alt=media&generation=${generation}`)).body).toBe("old");
    expect((await call("DELETE", `/a?generation=${generation}`)).status).toBe(204);
    expect(await names("versions=true")).toEqual([["a"], []]);
    await call("DELETE", "/a");
    expect(await names("")).toEqual([[], []]);
    expect((await names("versions=true"))[0]).toEqual(["a"]);
});

test("an object is not deleted while a hold or a retention policy keeps it", async () => {
    const { call, upload } = await bucketWith({ retentionPolicy: { retentionPeriod: "3600" } });
    const kept = (await (await upload("a", "text")).json()) as Inputs;
    expect(Date.parse(kept.retentionExpirationTime) - Date.parse(kept.timeCreated)).toBe(3_600_000);
    expect((await call("DELETE", "/a")).body.error.errors[0].reason).toBe("retentionPolicyNotMet");
    await call("PATCH", "/a", { temporaryHold: true });
    expect((await call("DELETE", "/a")).body.error.errors[0].reason).toBe("objectUnderActiveHold");
    expect((await upload("a", "other")).status).toBe(403);
});

test("an object with a customer-supplied key is read only with it", async () => {
    const { call, upload } = await bucketWith();
    const keyed = (key: string, hash: string) => ({
        "x-goog-encryption-algorithm": "AES256",
        "x-goog-encryption-key": key,
        "x-goog-encryption-key-sha256": hash,
    });
    const zeros = Buffer.alloc(32).toString("base64");
    const right = keyed(zeros, "Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU=");
    expect((await upload("a", "text", keyed(zeros, zeros))).status).toBe(400);
    expect((await upload("a", "text", right)).status).toBe(200);
    expect((await call("GET", "/a?alt=media", undefined, right)).body).toBe("text");
    const refused = await call("GET", "/a?alt=media");
    expect(refused.body.error.errors[0].reason).toBe("resourceIsEncryptedWithCustomerEncryptionKey");
    expect((await call("GET", "/a")).body.crc32c).toBeUndefined();
});

test("an upload with another hash than that of its content is refused", async () => {
    const { upload } = await bucketWith();
    const answer = await upload("a", "text", { "x-goog-hash": "crc32c=AAAAAA==" });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('Provided CRC32C \\"AAAAAA==\\" doesn\'t match calculated CRC32C');
});

test("buckets of the project, and its service agent, are read", async () => {
    const { bucket } = await bucketWith();
    const base = bucket.replace(/\/b\/.*$/, "");
    const { items } = (await (await fetch(`${base}/b?project=acme-dev`)).json()) as Inputs;
    expect(items.map(({ name }: Inputs) => name)).toEqual(["acme-files"]);
    const agent = (await (await fetch(`${base}/projects/acme-dev/serviceAccount`)).json()) as Inputs;
    expect(agent.email_address).toMatch(/^service-\d+@gs-project-accounts\.iam\.gserviceaccount\.com$/);
    const unknown = await fetch(`${base}/projects/other-project/serviceAccount`);
    expect([unknown.status, await unknown.json()]).toMatchObject([
        403,
        { error: { message: "The caller does not have permission", errors: [{ reason: "forbidden" }] } },
    ]);
});

test("an object is read by the XML API, in part and with preconditions", async () => {
    const { upload, bucket } = await bucketWith();
    await upload("b/tea leaves.txt", "green");
    const read = async (path: string, method = "GET", headers: Record<string, string> = {}) => {
        const answer = await fetch(`${new URL(bucket).origin}/acme-files/${path}`, { method, headers });
        return [answer.status, await answer.text(), answer.headers.get("x-goog-stored-content-length")];
    };
    expect(await read("b/tea%20leaves.txt")).toEqual([200, "green", "5"]);
    expect(await read("b/tea%20leaves.txt", "HEAD")).toEqual([200, "", "5"]);
    expect(await read("b/tea%20leaves.txt", "GET", { range: "bytes=1-2" })).toEqual([206, "re", "5"]);
    const error = (code: string) => expect.stringContaining(`<Error><Code>${code}</Code>`);
    expect(await read("b/tea%20leaves.txt", "GET", { "x-goog-if-generation-match": "1" })).toEqual([
        412,
        error("PreconditionFailed"),
        null,
    ]);
    expect(await read("none.txt")).toEqual([404, error("NoSuchKey"), null]);
});
