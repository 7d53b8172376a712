import { join } from "node:path";
import { answers } from "../../../test/unit/everythingElse";
import { registeredTypes } from "../../../test/unit/registered";
import type { Example } from "../../peers/example";
import { ownProject } from "./names";
import { type Resource, registeredAs } from "./resources";

const folder = join(__dirname, "..", "..", "peers");

const examplesOf = (module: string): Example[] => require(join(folder, module)).examples;

/** What Google Cloud answers about a machine that exists. */
const machine = ({ project, zone, name }: Record<string, unknown>) => ({
    networkInterfaces: [
        {
            networkIp: "10.4.0.9",
            network: `projects/${project}/global/networks/vpc`,
            subnetwork: `projects/${project}/regions/${String(zone).slice(0, -2)}/subnetworks/vpc-apps`,
        },
    ],
    selfLink: `projects/${project}/zones/${zone}/instances/${name}`,
});

/** What Google Cloud answers about a group that exists: those of Fabric's tests have two ports. */
const group = ({ name }: Record<string, unknown>) => ({
    namedPorts: [{ name: "http" }, ...(/^my-ig-[bc]$/.test(String(name)) ? [{ name: "https" }] : [])],
});

/** The resources of Google Cloud that the program of an example registers. */
export async function registeredBy(module: string, title: string): Promise<Resource[]> {
    const { program, config } = examplesOf(module).find((each) => each.title === title) as Example;
    const settings = { project: ownProject, region: "europe-west1", location: "europe-west1" };
    const home = process.cwd();
    process.chdir(folder);
    try {
        const { read } = answers;
        const call = (token: string, inputs: Record<string, unknown>) =>
            token.endsWith(":getInstance")
                ? machine(inputs)
                : token.endsWith(":getInstanceGroup")
                  ? group(inputs)
                  : answers.call(token, inputs);
        const stack = { config: { "gcp:project": settings.project, ...config }, call, read, named: true };
        const all = await registeredTypes(() => program?.(), stack);
        return all.flatMap(({ key, type, inputs }) => registeredAs(type, key.replace(/^\S+ /, ""), inputs, settings));
    } finally {
        process.chdir(home);
    }
}
