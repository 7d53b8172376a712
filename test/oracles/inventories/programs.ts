import { join } from "node:path";
import type { Example } from "../../../docs/peers/example";
import { answers } from "../../unit/everythingExisting";
import { registeredTypes } from "../../unit/registered";
import { ownProject } from "./names";
import { type Resource, registeredAs } from "./resources";

const folder = join(__dirname, "..", "..", "..", "docs", "peers");

const examplesOf = (module: string): Example[] => require(join(folder, module)).examples;

/** The resources of Google Cloud that the program of an example registers. */
export async function registeredBy(module: string, title: string): Promise<Resource[]> {
    const { program, config } = examplesOf(module).find((each) => each.title === title) as Example;
    const settings = { project: ownProject, region: "europe-west1", location: "europe-west1" };
    const home = process.cwd();
    process.chdir(folder);
    try {
        const { call, read } = answers;
        const stack = { config: { "gcp:project": settings.project, ...config }, call, read, named: true };
        const all = await registeredTypes(() => program?.(), stack);
        return all.flatMap(({ key, type, inputs }) => registeredAs(type, key.replace(/^\S+ /, ""), inputs, settings));
    } finally {
        process.chdir(home);
    }
}
