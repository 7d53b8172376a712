import { join, parse } from "node:path";
import { nearestPackage } from "../../../lib/program/invocation";
import { folderOf } from "../folders";

test("the nearest package is that of the folder, of one above it, or none", () => {
    const folder = folderOf({ "package.json": '{ "main": "app.ts" }', "src/index.ts": "" });
    const found = { root: folder, manifest: { main: "app.ts" } };
    expect(nearestPackage(folder)).toEqual(found);
    expect(nearestPackage(join(folder, "src"))).toEqual(found);
    const { root } = parse(folder);
    expect(nearestPackage(root)).toEqual({ root, manifest: {} });
});
