import { writeFileSync } from "node:fs";
import { Deployment } from "./deployment";

const stackFile = (name: string) =>
    `config:\n  gcp:project: acme-${name}\n  gcp:region: europe-west1\n  slipway:kind: development\n`;

describe("in a stack with other environments", () => {
    const files = {
        "Pulumi.yaml": [
            "name: guarded",
            "runtime: { name: nodejs, options: { typescript: false } }",
            "config:",
            "  slipway:environments:",
            "    value:",
            "      dev: acme-dev",
            "      prod: { project: acme-prod, number: 987654321098 }",
            "",
        ].join("\n"),
        "Pulumi.dev.yaml": stackFile("dev"),
        "Pulumi.prod.yaml": stackFile("prod"),
        "package.json": '{ "name": "guarded", "version": "1.0.0", "main": "index.js" }\n',
    };
    // Uses Pulumi's own language host, whose error output is compared.
    const deployment = new Deployment(files);
    afterAll(() => deployment.remove());

    /** The output of a failing command on dev with this program. */
    const failureOf = async (program: string, ...args: string[]) => {
        write(program);
        const { code, output } = await deployment.run([...args, "-s", "dev"]);
        expect(code).not.toBe(0);
        return output;
    };
    /** Writes the program, whose first line is the fourth of the file. */
    const write = (program: string) => {
        const head = '"use strict";\nconst gcp = require("@pulumi/gcp");\nconst slipway = require("slipway");\n';
        writeFileSync(deployment.file("index.js"), head + program);
    };
    const words = (path: string, got: string, mending: string) =>
        `${path}: refers to acme-prod, the project of prod, but this stack is dev in acme-dev (got "${got}"). Use a resource of this stack, or ${mending}. [stack/reference-crosses-environments]`;
    const raw = 'give it the option transformations: [crossing("prod")], with crossing from slipway';

    test("a reference of a component to another one is refused at preview, with the line of the program", async () => {
        const url = "https://europe-west1-acme-prod.cloudfunctions.net/predict";
        const output = await failureOf(
            `new slipway.Schedule("nightly", { cron: "0 3 * * *", call: { url: "${url}" } });\n`,
            "preview",
        );
        const mending = 'give Schedule "nightly" the argument crossProject: "prod"';
        expect(output).toContain(`    error: Job "nightly": ${words("httpTarget.uri", url, mending)}\n        at `);
        expect(output).toMatch(/\n {8}at index\.js:4:1\n/);
    });

    test("an environment without a project has the one of its stack file", async () => {
        const entries = "      dev: acme-dev\n      prod: { project: acme-prod, number: 987654321098 }\n";
        deployment.edit("Pulumi.yaml", (text) => text.replace(entries, "      dev: {}\n      prod: {}\n"));
        const program = `new slipway.PubSubTopic("sales");\nnew gcp.pubsub.Topic("raw", { project: "acme-prod" });\n`;
        expect(await failureOf(program, "preview")).toContain(
            `    error: Topic "raw": ${words("project", "acme-prod", raw)}\n`,
        );
        deployment.edit("Pulumi.prod.yaml", () => "config:\n  gcp:region: europe-west1\n");
        expect(await failureOf(program, "preview")).toContain(
            'Environment "dev": slipway:environments.prod.project: is missing',
        );
        deployment.edit("Pulumi.prod.yaml", () => stackFile("prod"));
        deployment.edit("Pulumi.yaml", (text) => text.replace("      dev: {}\n      prod: {}\n", entries));
    });

    test("a reference of a resource before the first component is refused", async () => {
        const program = `new gcp.pubsub.Topic("raw", { project: "acme-prod" });\nnew slipway.PubSubTopic("sales");\n`;
        expect(await failureOf(program, "preview")).toContain(
            `    error: Topic "raw": ${words("project", "acme-prod", raw)}\n`,
        );
    });

    test("a reference of a provider is refused", async () => {
        const program = `const provider = new gcp.Provider("prod", { project: "acme-prod" });\nnew slipway.PubSubTopic("sales", {}, { provider });\n`;
        expect(await failureOf(program, "preview")).toContain(
            `    error: Provider "prod": ${words("project", "acme-prod", raw)}\n`,
        );
    });

    const topic = "projects/acme-prod/topics/sales";
    const late = (crossProject: string) => `
        const api = new gcp.projects.Service("api", { service: "pubsub.googleapis.com" });
        const sales = new slipway.PubSubTopic("sales", {}, { dependsOn: api });
        const other = sales.topic.id.apply((id) => id.replace("acme-dev", "acme-prod"));
        new slipway.PubSubTopic("copies", { transform: { topic: (args) => {
            args.name = "copies";
            args.project = other.apply((id) => id.split("/")[1]);
        } }${crossProject} });
    `;

    test("a reference that is only known during the deployment is refused then, and at preview afterwards", async () => {
        write(late(""));
        expect(await deployment.preview("dev")).toContain("create Topic copies");
        const mending = 'give PubSubTopic "copies" the argument crossProject: "prod"';
        const error = `Topic "copies": ${words("project", "acme-prod", mending)}`;
        expect(await failureOf(late(""), "up", "--yes", "--skip-preview")).toContain(error);
        expect(deployment.existing("acme-dev")).toContain("Topic projects/acme-dev/topics/sales");
        expect(deployment.existing().filter((each) => each.includes("copies"))).toEqual([]);
        expect(deployment.existing("acme-prod")).toEqual([]);
        expect(await failureOf(late(""), "preview")).toContain(error);
    });

    test("allowed references of components and resources are deployed", async () => {
        write(`new slipway.PubSubTopic("sales", { crossProject: "prod" });\n`);
        await deployment.up("prod");
        const before = deployment.existing("acme-prod");
        write(`${late(', crossProject: "prod"')}
            new gcp.pubsub.Topic("raw", { name: "raw", project: "acme-prod" }, { transformations: [slipway.crossing("prod")] });
        `);
        await deployment.up("dev");
        const made = deployment.existing("acme-prod").filter((each) => !before.includes(each));
        expect(made).toEqual([`Topic ${topic.replace("sales", "copies")}`, `Topic ${topic.replace("sales", "raw")}`]);
        expect(await deployment.preview("dev")).toEqual([]);
    });
});
