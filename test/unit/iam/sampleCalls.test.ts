import { readFileSync } from "node:fs";
import { join } from "node:path";
import { use } from "../../../lib/internal/access/capability";
import { capabilities } from "../../../local/runtime/emulator/missingUse";
import { permissionsOf } from "../../../local/simulator/permissions/permissions";
import { collected } from "../everything";
import { answers } from "../everythingElse";
import { registered } from "../registered";
import type { Offer, SampleCall } from "./sampleCalls";

const sampleCalls = collected("sampleCalls");

const docs = join(__dirname, "..", "..", "..", "docs");
const read = (file: string) => readFileSync(join(docs, file), "utf8");
const member = "serviceAccount:code@acme-dev.iam.gserviceaccount.com";

interface Granted {
    role: string;
    isOnProject: boolean;
}

/** The roles that code with a capability gets. */
async function grantedTo(offer: Offer["offer"]): Promise<Granted[]> {
    const made = await registered(() => use("code", { OFFERED: offer() }, member, {}), answers);
    return Object.entries(made).flatMap(([key, inputs]) => {
        const { role, member: whom, ...on } = inputs as Record<string, unknown>;
        const isOnProject =
            key.startsWith("IAMMember ") && Object.keys(on).every((each) => /^(project|condition)$/.test(each));
        return whom === member ? [{ role: String(role), isOnProject }] : [];
    });
}

const permissionsIn = (granted: Granted[]) => granted.flatMap(({ role }) => [...(permissionsOf(role) ?? [])]);

const offers = Object.entries(sampleCalls).filter((row): row is [string, Offer] => typeof row[1] !== "string");

describe.each(offers)("code with %s", (_, { offer, calls, source }) => {
    let granted: Granted[];
    beforeAll(async () => {
        granted = await grantedTo(offer);
    });

    test("has roles that are known, and the permissions are from a page of Google", () => {
        expect(granted).not.toEqual([]);
        expect(granted.filter(({ role }) => permissionsOf(role) === undefined)).toEqual([]);
        expect(source).toMatch(/^https:\/\/cloud\.google\.com\//);
    });

    test.each(calls.map((each) => [each.method, each.permission, each] as const))(
        "%s: %s",
        (_method, permission, { on, remedy }) => {
            const has = permissionsIn(on === "project" ? granted.filter(({ isOnProject }) => isOnProject) : granted);
            if (remedy === undefined) {
                expect(has).toContain(permission);
            } else {
                const [page, text] = remedy;
                expect(has).not.toContain(permission);
                expect(read(`${page}.md`)).toContain(text);
            }
        },
    );
});

test("all capabilities of components, and of what they create, have calls, or a reason why no client library calls them", () => {
    const found: string[] = [];
    let component = "";
    for (const line of read("api/api.md").split("\n")) {
        component =
            /^(?:export )?(?:class|interface) (\w+?)(?:_\d+)? /.exec(line)?.[1] ?? (/^}/.test(line) ? "" : component);
        const [, property, getter, method] =
            /^ {4}(?:(?:readonly )?(\w+)\??: Capability\b(?!.*\[\])|get (\w+)\(\): Capability\b|(\w+)\(.*\): Capability<)/.exec(
                line,
            ) ?? [];
        const name = property ?? getter ?? method;
        // These types are what arguments accept.
        const isArgument = /^(Any|Invokable$)/.test(component);
        if (component && !isArgument && name && name !== "role") {
            found.push(`${component}.${name}`);
        }
    }
    expect(found.sort()).toEqual(Object.keys(sampleCalls).sort());
});

const callsWith = (name: string): SampleCall[] => {
    const offer = sampleCalls[name];
    return (typeof offer === "object" ? offer.calls : []).filter(({ remedy }) => !remedy);
};
const named = Object.entries(capabilities).flatMap(([permission, components]) =>
    Object.entries(components).map(([component, capability]) => [permission, component, capability] as const),
);

test.each(named)("who lacks %s is told a capability of %s that has it: %s", (permission, component, capability) => {
    const calls = callsWith(`${component}.${capability}`);
    expect(calls.map((call) => call.permission)).toContain(permission);
});

test("each component has a capability to name for the permissions that its samples need", () => {
    const components = new Set(named.map(([, component]) => component));
    const unnamed = offers.flatMap(([name]) => {
        const [component = ""] = name.split(".");
        return callsWith(name).filter(({ on, permission }) => {
            const isNamed = on === "project" || capabilities[permission]?.[component];
            return components.has(component) && capabilities[permission] && !isNamed;
        });
    });
    expect(unnamed).toEqual([]);
});
