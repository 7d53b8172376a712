import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PubSubTopic } from "slipway";
import { Environment, type EnvironmentEntry } from "slipway/environment";
import { withProjects } from "../../../lib/stack/settings/stackProjects";
import { refused, registered, told } from "../registered";

const stack = (environments: object, config: Record<string, string> = {}) => ({
    config: { "slipway:environments": JSON.stringify(environments), ...config },
});
const refusal = (environments: object, config?: Record<string, string>) =>
    refused(() => new PubSubTopic("sales"), stack(environments, config));

test("a program reads the configuration of all environments, which can also contain only projects", async () => {
    const read: Readonly<Record<string, EnvironmentEntry>>[] = [];
    const deployer = "deployer@acme-prod.iam.gserviceaccount.com";
    await registered(
        () => read.push(Environment.current().environments),
        stack({
            dev: "acme-dev",
            prod: { project: "acme-prod", number: 123456789012, kind: "production", promotes: "dev", deployer },
        }),
    );
    expect(read).toEqual([
        {
            dev: { project: "acme-dev" },
            prod: { project: "acme-prod", number: "123456789012", kind: "production", promotes: "dev", deployer },
        },
    ]);
});

const kind = 'Environment "dev": slipway:kind: [stack/kind-of-project]';

test("a production stack that others list as development is refused", async () => {
    const dev = { project: "acme-dev", kind: "development" };
    expect(await refusal({ dev }, { "slipway:kind": "production" })).toBe(kind);
});

test("a production stack with a project that another stack lists as development is refused", async () => {
    const alice = { project: "acme-dev", kind: "development" };
    expect(await refusal({ alice, dev: "acme-dev" }, { "slipway:kind": "production" })).toBe(kind);
});

test.each([
    ["its own entry", { dev: { project: "acme-dev", kind: "development" } }, "to this stack in"],
    [
        "another stack",
        { alice: { project: "acme-dev", kind: "development" }, dev: "acme-dev" },
        "to the stack alice in",
    ],
])("the error names %s as the one with the other kind", async (_, environments, whose) => {
    const production = stack(environments, { "slipway:kind": "production" });
    expect(await told(() => new PubSubTopic("sales"), production)).toContain(whose);
});

test("two stacks of the same kind can share a project", async () => {
    const shared = { project: "acme-dev", kind: "development" };
    expect(await registered(() => new PubSubTopic("sales"), stack({ dev: shared, alice: shared }))).toEqual({
        "Topic sales": { name: "sales" },
    });
});

test("the project of an entry is the stack file's, if there is one", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-stacks-"));
    const cwd = jest.spyOn(process, "cwd").mockReturnValue(folder);
    try {
        writeFileSync(join(folder, "Pulumi.yaml"), "name: sales\nruntime: nodejs\n");
        writeFileSync(join(folder, "Pulumi.prod.yaml"), "config:\n  gcp:project: acme-prod\n");
        const [prod, staging] = [{ kind: "production" }, { kind: "staging" }];
        expect(withProjects("dev", { prod, staging })).toEqual({ prod: { project: "acme-prod", ...prod }, staging });
    } finally {
        cwd.mockRestore();
        rmSync(folder, { recursive: true });
    }
});

const ends = "Set it with 'pulumi config set --path slipway:environments.<stack> <project id>'.";
test.each<[string, object, string]>([
    [
        "an invalid number",
        { number: "acme" },
        `number: must be a project's number, such as 123456789012 (got "acme"). ${ends}`,
    ],
    [
        "an unknown kind",
        { kind: "test" },
        `kind: must be one of development, staging, production (got "test"). ${ends}`,
    ],
    [
        "a deployer that is not an email address",
        { deployer: "me" },
        `deployer: must be the email address of a service account (got "me"). ${ends}`,
    ],
    ["an unknown option", { promote: "dev" }, `promote: unknown option "promote"; did you mean "promotes"?`],
    ["a promotion of an unknown stack", { promotes: "test" }, "promotes: [stack/promotes-unknown-stack]"],
    ["a promotion of itself", { promotes: "prod" }, "promotes: [stack/promotes-in-circle]"],
])("%s is refused", async (_, entry, problem) => {
    const environments = { dev: "acme-dev", prod: { project: "acme-prod", ...entry } };
    const message = await refusal(environments);
    expect(message).toBe(
        `Environment "dev": slipway:environments.prod.${problem}${problem.endsWith("?") ? ` ${ends}` : ""}`,
    );
});
