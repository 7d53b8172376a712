import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { administers, type DeployerRoles } from "../../examples/foundation/roles";
import { Deployment, rolesOfExample } from "./deployment";

const root = join(__dirname, "..", "..");

/** The examples in a subfolder. */
const examplesIn = (folder: string) =>
    readdirSync(join(root, "docs", "examples", folder))
        .filter((name) => name.endsWith(".ts"))
        .map((name) => join(folder, name));

/** Tests each example in a folder separately: those with a cluster. */
export function deployEachAs(stack: "dev" | "prod", folder: string): void {
    describe.each(examplesIn(folder))(`the example %s as ${stack}`, (example) => {
        const program = Deployment.pages([example]);
        afterAll(() => program.remove());

        test("is created as previewed, and a second up and a refresh change nothing", async () => {
            const planned = (await program.preview(stack)).length;
            const { created } = await program.up(stack);
            expect(created).toBe(planned);
            expect(await program.again(stack)).toEqual({ unchanged: created });
        });

        test("is destroyed, except for what belongs to the project", async () => {
            if (stack === "prod") {
                program.edit("Pulumi.prod.yaml", (text) => `${text}  slipway:protection: "off"\n`);
                await program.up(stack);
            }
            await program.destroy(stack);
            expect(program.remaining()).toEqual([]);
        });

        test("is deployed, updated and destroyed by an account with the roles that it needs, and no others", () => {
            expect(program.leastRoles()).toEqual(rolesOfExample(example));
        });
    });
}

/** Previewed or existing resources by example, which is the prefix of their names. */
function byExample(all: string[]): Record<string, string[]> {
    const found: Record<string, string[]> = {};
    for (const each of all) {
        const [, type, example = "", name] = /^(\S+) ([^/ ]+)\/(.*)$/.exec(each) ?? [];
        found[example] = [...(found[example] ?? []), `${type} ${name}`].sort();
    }
    return found;
}

/**
 * Tests all examples without a cluster in one stack, as one program (`docs/examples/together.js`). Each stack has its
 * own test file: `npm test` deploys them as dev, and the level `extended` as prod.
 */
export function deployTogetherAs(stack: "dev" | "prod"): void {
    const examples = examplesIn(".");
    describe(`the examples as ${stack}`, () => {
        const program = Deployment.pages(examples);
        let planned: Record<string, string[]>;
        let made: Record<string, string[]>;
        let created: number | undefined;
        afterAll(() => program.remove());

        beforeAll(async () => {
            const steps = (await program.preview(stack)).filter((step) => !step.startsWith("create Stack "));
            expect(steps.filter((step) => !step.startsWith("create "))).toEqual([]);
            planned = byExample(steps.map((step) => step.replace("create ", "")));
            created = (await program.up(stack)).created;
            const resources = (await program.exported(stack)).filter(({ parent }) => parent);
            made = byExample(
                resources.map(({ urn }) => urn.split("::").slice(2).join(" ").split(/[:$]/).at(-1) as string),
            );
        });

        test.each(examples)("%s is created as previewed", (example) => {
            const name = basename(example, ".ts");
            expect(made[name]).toEqual(planned[name]);
            expect(made[name]?.length).toBeGreaterThan(1);
        });

        test("nothing else is created, and a second up and a refresh change nothing", async () => {
            expect(Object.keys(made).sort()).toEqual(examples.map((example) => basename(example, ".ts")).sort());
            expect(Object.values(made).flat().length + 1).toBe(created);
            expect(await program.again(stack)).toEqual({ unchanged: created });
        });

        test("everything is destroyed, except for what belongs to the projects", async () => {
            // Keys are protected in development, too.
            program.edit(`Pulumi.${stack}.yaml`, (text) => `${text}  slipway:protection: "off"\n`);
            await program.up(stack);
            await program.destroy(stack);
            expect(program.remaining()).toEqual([]);
        });

        describe("are deployed, updated and destroyed by an account with the roles that they need, and no others", () => {
            const none = { roles: [], grantable: [] };
            let least: Record<string, DeployerRoles>;
            beforeAll(() => {
                least = program.leastRolesByProject();
            });

            test.each(examples)("%s", (example) => {
                const project = `acme-${basename(example, ".ts")}-${stack}`;
                expect(least[project] ?? none).toEqual(rolesOfExample(example));
            });

            test("above projects", () => {
                const { "": above = none, "acme-sales-dev": created = none } = least;
                const { billingAccount, folder, organization } = administers;
                expect(above).toEqual({ roles: [...billingAccount, ...folder], grantable: [] });
                expect(created).toEqual({ roles: organization, grantable: [] });
            });
        });
    });
}
