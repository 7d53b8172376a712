import type { RestApi } from "../../../local/runtime/emulator/http";
import { StorageApi } from "../../../local/runtime/services/storage/api";
import { batchRest } from "../../../local/runtime/services/storage/batch";
import { textAsset, World } from "./world";

const lines = (...all: string[]) => all.join("\r\n");

/** A part of a batch as Google's clients send it. */
const part = (id: number, line: string) =>
    lines("--b", "Content-Type: application/http", `Content-ID: <${id}>`, "", `${line} HTTP/1.1`, "", "");

async function post(api: RestApi, body: string) {
    const answer = await batchRest(api)({
        method: "POST",
        path: "/batch/storage/v1",
        query: new URLSearchParams(),
        headers: { "content-type": 'multipart/mixed; boundary="b"' },
        body: Buffer.from(body),
        origin: "http://local",
        ended: new AbortController().signal,
    });
    return { type: answer?.headers?.["content-type"], text: String(answer?.body) };
}

function stored(): { api: RestApi } {
    const world = new World();
    world.make("Bucket", { name: "acme-models", location: "europe-west1" });
    world.make("BucketObject", { bucket: "acme-models", name: "a", source: textAsset("1") });
    return { api: new StorageApi(world.cloud, () => undefined).rest };
}

test("the calls of a batch are answered one by one, and one that fails does not end it", async () => {
    const { api } = stored();
    const { type, text } = await post(
        api,
        lines(
            part(1, "POST http://local/storage/v1/b/acme-models/o/a/copyTo/b/acme-models/o/b"),
            part(2, "DELETE /storage/v1/b/acme-models/o/none"),
            part(3, "DELETE /storage/v1/b/acme-models/o/a"),
            "--b--",
            "",
        ),
    );
    expect(type).toBe("multipart/mixed; boundary=batch_slipway");
    expect(
        [...text.matchAll(/Content-ID: (\S+)[\s\S]*?HTTP\/1.1 (\d+)/g)].map(([, id, status]) => [id, status]),
    ).toEqual([
        ["<response-1>", "200"],
        ["<response-2>", "404"],
        ["<response-3>", "204"],
    ]);
    expect(text).toContain("No such object: acme-models/none");
    const listed = await api({
        method: "GET",
        path: "/storage/v1/b/acme-models/o",
        query: new URLSearchParams(),
    } as never);
    expect(listed?.body).toMatchObject({ items: [{ name: "b" }] });
});

test("a batch has 100 calls at most", async () => {
    const { api } = stored();
    const calls = Array.from({ length: 101 }, (_, id) => part(id, "DELETE /storage/v1/b/acme-models/o/none"));
    await expect(async () => post(api, lines(...calls, "--b--", ""))).rejects.toThrow("1 to 100 calls (got 101)");
});
