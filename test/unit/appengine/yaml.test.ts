import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { AppEngineApp } from "slipway";
import { Value } from "../../../lib/appengine/yaml/value";
import { inChild } from "../child";
import { folderOf } from "../folders";
import { registered } from "../registered";
import { type Shape, shapes } from "./shapes";

/** The expected arguments of a shape in its folder. */
function expected({ args }: Shape, folder: string): object {
    const services = Object.entries(args.services).map(([name, service]) => {
        const { source = ".", ...others } = service as { source?: string };
        return [name, { source: join(folder, source), ...others }];
    });
    return { ...args, services: Object.fromEntries(services) };
}

const logWarning = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
afterEach(() => logWarning.mockClear());

test.each(Object.entries(shapes))("%s is converted to arguments", (_, shape) => {
    const folder = folderOf(shape.files);
    const { services, without } = shape;
    expect(AppEngineApp.fromAppYaml(folder, { services, without })).toEqual(expected(shape, folder));
    const lines = shape.warning === undefined ? [] : [[`AppEngineApp.fromAppYaml("${folder}"): ${shape.warning}`]];
    expect(logWarning.mock.calls).toEqual(lines);
});

test("all services get the ingress settings that the options have", () => {
    const files = { "app.yaml": "runtime: python313\n", "main.py": "app = None\n" };
    const { services } = AppEngineApp.fromAppYaml(folderOf(files), { ingress: "all" });
    expect(services.default).toMatchObject({ ingress: "all" });
});

test.each(Object.entries(shapes))("%s creates an application", async (_, { files, services, without, args }) => {
    const folder = folderOf(files);
    const made = await registered(
        () => new AppEngineApp("shop", AppEngineApp.fromAppYaml(folder, { services, without, ingress: "all" })),
    );
    const versions = Object.entries(args.services).map(([name, service]) => {
        const isFlex = "flexible" in service;
        return `${isFlex ? "FlexibleAppVersion" : "StandardAppVersion"} shop-${name}`;
    });
    const keys = Object.keys(made);
    expect(keys.filter((key) => /AppVersion /.test(key)).sort()).toEqual(versions.sort());
    const counted = { Job: args.cron, Queue: args.queues };
    for (const [type, record] of Object.entries(counted)) {
        expect(keys.filter((key) => key.startsWith(`${type} `))).toHaveLength(Object.keys(record ?? {}).length);
    }
});

test("there are at least thirty examples", () => {
    expect(Object.keys(shapes).length).toBeGreaterThanOrEqual(30);
});

test("each mapping of the files has these keys, and the others are ignored or refused as before", () => {
    const read = jest.spyOn(Value.prototype, "read");
    for (const { files, services, without } of Object.values(shapes)) {
        AppEngineApp.fromAppYaml(folderOf(files), { services, without });
    }
    const tables = read.mock.calls.map(([{ converters, ...others }]) => ({
        converters: Object.keys(converters),
        ...others,
    }));
    read.mockRestore();
    expect([...new Set(tables.map((table) => JSON.stringify(table, undefined, 1)))].sort()).toMatchSnapshot();
});

test("a program without such files does not load their readers", async () => {
    const loaded =
        "Object.keys(require.cache).filter((file) => /node_modules.yaml.|appengine.yaml/.test(file)).length > 0";
    const code = `const { AppEngineApp } = require("slipway");
        const before = [typeof AppEngineApp, ${loaded}];
        try { AppEngineApp.fromAppYaml("./nowhere"); } catch {}
        console.log(JSON.stringify([...before, ${loaded}]));`;
    expect(await inChild(code)).toEqual(["function", false, true]);
});
