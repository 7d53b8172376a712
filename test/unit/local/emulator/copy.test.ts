import { Emulator, project } from "./served";

test("an object is copied with its metadata, and the copy is independent", async () => {
    const world = project();
    world.enable("storage");
    world.make("Bucket", { name: "acme-files", location: "EU" });
    const { url } = await Emulator.of(world);
    const at = `${url}/storage/v1/b/acme-files/o`;
    const type = { "content-type": "text/csv" };
    const upload = `${url}/upload/storage/v1/b/acme-files/o?uploadType=media&name=incoming/a.csv`;
    const source = await (await fetch(upload, { method: "POST", body: "a,b", headers: type })).json();
    const copy = (query = "", from = "incoming%2Fa.csv") =>
        fetch(`${at}/${from}/copyTo/b/acme-files/o/archive%2Fa.csv${query}`, { method: "POST" });

    const copied = await (await copy("?ifGenerationMatch=0")).json();
    expect(copied).toMatchObject({
        name: "archive/a.csv",
        contentType: "text/csv",
        size: "3",
        md5Hash: source.md5Hash,
    });
    await fetch(`${at}/incoming%2Fa.csv`, { method: "DELETE" });
    expect(await (await fetch(`${at}/archive%2Fa.csv?alt=media`)).text()).toBe("a,b");

    expect((await copy("?ifGenerationMatch=0", "archive%2Fa.csv")).status).toBe(412);
    expect((await copy("?sourceGeneration=1", "archive%2Fa.csv")).status).toBe(404);
    expect((await copy()).status).toBe(404);
});
