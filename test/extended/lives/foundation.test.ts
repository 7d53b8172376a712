import { readFileSync, writeFileSync } from "node:fs";
import { administers, deploys } from "../../../examples/foundation/roles";
import { Deployment } from "../../deploy/deployment";

const environments = ["dev", "staging", "prod"] as const;
const project = (environment: string) => `acme-forecast-${environment}`;

describe("the starter foundation", () => {
    const foundation = Deployment.starter("foundation");
    const platform = Deployment.starter("platform", foundation.place.home, (stack) => {
        return `${stack}-deployer@${project(stack)}.iam.gserviceaccount.com`;
    });

    afterAll(async () => {
        await platform.remove();
        await foundation.remove();
    });

    const all = () => foundation.resources();
    const of = (environment: string) => all().filter((each) => each.project === project(environment));
    /** All resources in an environment's project, with their properties. */
    const contents = (environment: string) => of(environment).map((each) => JSON.stringify(each));
    const archives = (environment: string) =>
        of(environment)
            .flatMap(({ id }) => /-predict-source-([0-9a-f]{64})\.zip$/.exec(id)?.[1] ?? [])
            .sort();

    /** The records of what ran. */
    const records = (environment: string) =>
        foundation.existing(project(environment)).filter((each) => /^BucketObject .*-platform-releases-/.test(each));

    test("creates the projects of three environments with one up, and a second up changes nothing", async () => {
        const { output } = await foundation.run(["preview", "-s", "acme"]);
        expect(output).not.toContain("warning");
        const { created } = await foundation.up("acme");
        expect(await foundation.again("acme")).toEqual({ unchanged: created });
        for (const environment of environments) {
            expect(of(environment).filter(({ type }) => type === "gcp:organizations/project:Project")).toHaveLength(1);
        }
    });

    /** What names another environment's project. */
    const strangers = (environment: string, other: string) =>
        of(environment).flatMap(({ type, id }) => (id.includes(project(other)) ? [`${type} ${id}`] : []));

    test("gives the deployer of the next environment access to what ran, and nobody of one environment to another", () => {
        const next: Record<string, string> = { dev: "staging", staging: "prod" };
        for (const environment of environments) {
            for (const other of environments.filter((other) => other !== environment)) {
                const reader = `gcp:storage/bucketIAMMember:BucketIAMMember b/${project(environment)}-platform-releases/roles/storage.objectViewer/serviceAccount:${other}-deployer@${project(other)}.iam.gserviceaccount.com`;
                const expected = next[environment] === other ? [reader] : [];
                expect(strangers(environment, other)).toEqual(expected);
                expect(contents(environment).filter((text) => text.includes(project(other)))).toHaveLength(
                    expected.length,
                );
            }
        }
    });

    test("shows a program the configuration of its stacks", async () => {
        const texts = await foundation.outputs("acme");
        platform.edit("Pulumi.yaml", (text) => text.replace(/config:[\s\S]*/, String(texts["Pulumi.yaml"])));
        for (const name of environments.map((each) => `Pulumi.${each}.yaml`)) {
            writeFileSync(platform.file(name), String(texts[name]));
        }
        await expect(platform.up("staging")).rejects.toThrow(
            'ServerlessFunction "predict": source: has not run in dev, which staging takes its code from',
        );
    });

    test("promotes the same code from dev to staging to prod, whose programs only add their records to the buckets", async () => {
        const before = environments.map((environment) => environments.map((other) => strangers(environment, other)));
        for (const environment of environments) {
            await platform.up(environment);
            expect(Object.keys(await platform.again(environment))).toEqual(["unchanged"]);
        }
        expect(archives("dev")).toHaveLength(1);
        expect(archives("staging")).toEqual(archives("dev"));
        expect(archives("prod")).toEqual(archives("dev"));

        // Except for its own project, of which there is more now.
        const others = (all: string[][][]) => all.map((each, index) => each.filter((_, other) => other !== index));
        expect(
            others(environments.map((environment) => environments.map((other) => strangers(environment, other)))),
        ).toEqual(others(before));
        expect(environments.map((environment) => records(environment).length)).toEqual([2, 2, 2]);
    });

    test("lets deployers have the roles that the program needs, and no others", () => {
        const { roles = [], grantable = [] } = deploys.platform ?? {};
        expect(platform.leastRoles()).toEqual({ roles: [...roles].sort(), grantable: [...grantable].sort() });
    });

    test("lets no deployer make itself or an account of its program owner", async () => {
        const before = readFileSync(platform.file("index.ts"), "utf8");
        const refused = `Error setting IAM policy for project "${project("dev")}": googleapi: Error 403: The caller does not have permission`;
        for (const account of ["dev-deployer", "predict-run"]) {
            const member = `serviceAccount:${account}@${project("dev")}.iam.gserviceaccount.com`;
            const grant = { project: project("dev"), role: "roles/owner", member };
            platform.edit(
                "index.ts",
                () => `${before}
import { IAMMember } from "@pulumi/gcp/projects/iammember";
new IAMMember("owner", ${JSON.stringify(grant)});
`,
            );
            await expect(platform.up("dev")).rejects.toThrow(refused);
        }
        platform.edit("index.ts", () => before);
    });

    test("refuses a stack that is configured for another environment", async () => {
        await platform.succeed(["config", "set", "gcp:project", project("prod"), "-s", "dev"]);
        await expect(platform.up("dev")).rejects.toThrow(
            `gcp:project: must be ${project("dev")}, the project of this stack in slipway:environments (got "${project("prod")}")`,
        );
        await platform.succeed(["config", "set", "gcp:project", project("dev"), "-s", "dev"]);
    });

    test("destroys dev without changes in staging and prod", async () => {
        const others = [...contents("staging"), ...contents("prod")];
        const recorded = records("dev");
        await platform.destroy("dev");
        expect(records("dev")).toEqual(recorded);
        expect([...contents("staging"), ...contents("prod")]).toEqual(others);
        expect(Object.keys(await platform.up("staging"))).toEqual(["unchanged"]);
        expect(Object.keys(await platform.up("prod"))).toEqual(["unchanged"]);
    });

    test("deletes the project of an environment that is removed from the plan, and keeps the others", async () => {
        const others = () => [...contents("staging"), ...contents("prod")];
        const before = others();
        foundation.edit("index.ts", (text) => text.replace(/ {4}dev: .*\n/, "").replace(', promotes: "dev"', ""));
        await expect(foundation.up("acme")).rejects.toThrow("dev-secrets");
        const key = (await foundation.exported("acme")).find(({ urn }) => urn.endsWith("::dev-secrets"));
        await foundation.succeed(["state", "unprotect", String(key?.urn), "-s", "acme", "--yes"]);
        await foundation.up("acme");
        expect(of("dev")).toEqual([]);
        expect(others()).toEqual(before);
    });

    test("adopts a bucket that a program created, with its records", async () => {
        const before = contents("staging");
        const bucket = (await foundation.exported("acme")).find(({ urn }) => urn.endsWith("::staging-releases"));
        await foundation.succeed([
            "state",
            "delete",
            String(bucket?.urn),
            "--target-dependents",
            "-s",
            "acme",
            "--yes",
        ]);
        await expect(foundation.up("acme")).rejects.toThrow("409");
        await foundation.succeed(["config", "set", "--path", "foundation:recorded[0]", "staging", "-s", "acme"]);
        await foundation.up("acme");
        await foundation.succeed(["config", "rm", "foundation:recorded", "-s", "acme"]);
        expect(await foundation.upAsPreviewed("acme")).toEqual([]);
        // The provider only manages those labels of an imported resource that the program has.
        const comparable = (all: string[]) => all.map((each) => each.replace(/"pulumiLabels":\{[^}]*\}/, ""));
        expect(comparable(contents("staging"))).toEqual(comparable(before));
    });

    test("keeps production until its protection is disabled", async () => {
        await platform.takeDown("prod");
        await platform.destroy("staging");
        await foundation.takeDown("acme");
        expect(foundation.remaining(project("prod"))).toEqual([]);
    });

    test("is deployed, updated and destroyed by an account with roles above the projects that it creates, and no others", () => {
        const { "": above, ...created } = foundation.leastRolesByProject();
        const { billingAccount, folder, organization } = administers;
        expect(above).toEqual({ roles: [...billingAccount, ...folder], grantable: [] });
        for (const environment of environments) {
            expect(created[project(environment)]?.roles).toEqual(organization);
        }
    });
});
