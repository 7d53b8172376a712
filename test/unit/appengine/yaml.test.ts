import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { fromAppYaml } from "../../../lib/appengine/yaml";
import { folderOf } from "../folders";
import { type Shape, shapes } from "./shapes";

/** The arguments that a shape is to become, in its folder. */
function expected({ args }: Shape, folder: string): object {
    const services = Object.entries(args.services).map(([name, service]) => {
        const { source = ".", ...others } = service as { source?: string };
        return [name, { env: "standard", source: join(folder, source), ...others }];
    });
    return { ...args, services: Object.fromEntries(services) };
}

const told = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
afterEach(() => told.mockClear());

test.each(Object.entries(shapes))("%s becomes arguments", (_, shape) => {
    const folder = folderOf(shape.files);
    const { services, without } = shape;
    expect(fromAppYaml(folder, { services, without })).toEqual(expected(shape, folder));
    const lines = shape.told === undefined ? [] : [[`AppEngineApp.fromAppYaml("${folder}"): ${shape.told}`]];
    expect(told.mock.calls).toEqual(lines);
});

test("there are thirty shapes at least", () => {
    expect(Object.keys(shapes).length).toBeGreaterThanOrEqual(30);
});
