import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Plugin } from "./plugin.mjs";

const require = createRequire(import.meta.url);
require("./typescript.cjs");
// What the tests' helpers expect of jest.
globalThis.afterAll = () => undefined;
const { resourcesOf } = require("../../local/machine/stacks.ts");
const { localCrypter } = require("../../local/runtime/emulator/secretsKey.ts");
const { deploy, deploymentOf, programs, stacksOf } = require("../../test/extended/upgrades/program.ts");
const { matches } = require("../../test/suppressions.ts");

const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";

/** Updates that the real provider plans of a state of the local Google Cloud, each with its reason. */
const known = JSON.parse(readFileSync(new URL("updates.json", import.meta.url), "utf8"));

/**
 * Deploys all starters and pages' examples to the local Google Cloud, and lets the real provider compare each stored resource with the
 * inputs of the unchanged program, as a preview without a refresh does. Prints the updates by program.
 *
 * @param only the names of programs; empty for all
 * @param stacks the names of stacks; empty for all
 * @returns whether each update has a row in `updates.json`, and each row an update
 */
export async function compareStates(folder, only, stacks) {
    process.env.SLIPWAY_LOCAL_IMMEDIATE = "true";
    const isSelected = (selection, name) => selection.length === 0 || selection.includes(name);
    const [unexpected, used] = [[], new Set()];
    console.log("| program | stack | resources | updates | with a reason |\n|---|---|---:|---:|---:|");
    for (const program of programs().filter((each) => isSelected(only, each))) {
        for (const stack of stacksOf(program).filter((each) => isSelected(stacks, each))) {
            const { resources, updates } = await updatesOf(folder, program, stack);
            const open = updates.filter((update) => {
                const rows = known.filter((row) => matches(row.update, update));
                for (const row of rows) {
                    used.add(row);
                }
                return rows.length === 0;
            });
            for (const update of open) {
                console.error(update);
            }
            const count = updates.length;
            console.log(`| ${program} | ${stack} | ${resources} | ${count} | ${count - open.length} |`);
            unexpected.push(...open.map((update) => `${program} as ${stack}: ${update}`));
        }
    }
    const isWhole = only.length === 0 && stacks.length === 0;
    const unused = isWhole ? known.filter((row) => !used.has(row)).map(({ update }) => `no update: ${update}`) : [];
    console.log(`\n${unexpected.length} updates without a reason`);
    console.log([...unexpected, ...unused].join("\n"));
    return unexpected.length === 0 && unused.length === 0;
}

/** The updates of a stack, such as `update gcp:storage/bucket:Bucket models: labels`. */
async function updatesOf(folder, program, stack) {
    const deployment = deploymentOf(program);
    try {
        await deploy(deployment, stack);
        const all = resourcesOf(deployment.place, stack).map(decrypted);
        const resources = all.filter(({ type, external }) => type.startsWith("gcp:") && !external);
        const providers = all.filter(({ type }) => type === "pulumi:providers:gcp");
        const updates = [];
        for (const provider of providers) {
            const reference = `${provider.urn}::${provider.id}`;
            const own = resources.filter((each) => each.provider === reference);
            updates.push(...(await updatesByProvider(folder, deployment.place.folder, provider.inputs, own)));
        }
        return { resources: resources.length, updates };
    } finally {
        await deployment.remove();
    }
}

async function updatesByProvider(folder, workingFolder, inputs, resources) {
    if (resources.length === 0) {
        return [];
    }
    const plugin = new Plugin(folder, providerSettings(inputs), workingFolder);
    try {
        const updates = [];
        for (const { type, urn, ...resource } of resources) {
            const change = await plugin.change({ type, urn, ...resource, news: ofProgram(resource.inputs) });
            if (change) {
                updates.push(`${change.verb} ${type} ${urn.split("::").at(-1)}: ${change.reason}`);
            }
        }
        return updates;
    } finally {
        await plugin.stop();
    }
}

/** The configuration of a provider: nested values are JSON. */
const providerSettings = ({ version: _, ...inputs }) =>
    Object.fromEntries(
        Object.entries(inputs).flatMap(([key, value]) =>
            key.startsWith("__") ? [] : [[key, typeof value === "string" ? value : JSON.stringify(value)]],
        ),
    );

/** The inputs as the program gives them, without the defaults and names that the provider adds. */
function ofProgram(value) {
    if (Array.isArray(value)) {
        return value.map(ofProgram);
    }
    if (typeof value !== "object" || value === null || signature in value) {
        return value;
    }
    const added = new Set(["__defaults", ...(value.__defaults ?? [])]);
    const own = Object.entries(value).filter(([key]) => !added.has(key));
    return Object.fromEntries(own.map(([key, item]) => [key, ofProgram(item)]));
}

/** A resource of a state with its secrets in clear, as the engine sends them. */
function decrypted(value) {
    if (Array.isArray(value)) {
        return value.map(decrypted);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (value[signature] === secret) {
        return decrypted(JSON.parse(value.plaintext ?? localCrypter.decrypt(value.ciphertext)));
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decrypted(item)]));
}
