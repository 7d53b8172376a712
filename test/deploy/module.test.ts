import { readdirSync, readFileSync } from "node:fs";
import { CommandFailed, LocalCloud } from "slipway-local";
import { Deployment } from "./deployment";

/** The contents of a program's folder, to detect changes. */
const content = (folder: string) =>
    readdirSync(folder).map((name) => [name, /^Pulumi/.test(name) ? readFileSync(`${folder}/${name}`, "utf8") : ""]);

describe("a program on a temporary cloud", () => {
    const program = Deployment.raw(`
        const pulumi = require("@pulumi/pulumi");
        const config = new pulumi.Config("raw");
        const api = new gcp.projects.Service("pubsub", { service: "pubsub.googleapis.com", disableOnDestroy: false });
        const topic = new gcp.pubsub.Topic("sales", {
            name: config.require("topic"),
            labels: config.getObject("labels"),
        }, { dependsOn: api });
        exports.topic = topic.id;
        exports.token = pulumi.secret("canary");
    `);
    const before = content(program.place.folder);
    const cloud = new LocalCloud(program.place.folder, {
        pinned: true,
        environment: { SLIPWAY_LOCAL_IMMEDIATE: "true" },
    });
    const configured = (config: Record<string, unknown>) =>
        cloud.stack("dev", { "gcp:project": "acme-own", ...config });
    afterAll(() => program.remove());

    test("two parallel stacks have their own configuration and exports, with secrets in plain text", async () => {
        const dev = configured({ "raw:topic": "sales", "raw:labels": { team: "a" } });
        const test = cloud.stack("test", { "gcp:project": "acme-test", "raw:topic": "sales" });
        const [made, other] = await Promise.all([dev.up(), test.up()]);
        const created = ["Service pubsub", "Topic sales"];
        const lists = { created, updated: [], replaced: [], deleted: [], unchanged: [], differences: {} };
        const steps = created.map((each) => `create ${each}`);
        const outputs = { topic: "projects/acme-own/topics/sales", token: "canary" };
        expect(made).toEqual({ ...lists, steps, outputs });
        expect(other.outputs.topic).toBe("projects/acme-test/topics/sales");
        expect(cloud.existing("acme-own")).toContain("Topic projects/acme-own/topics/sales");
        expect(cloud.resources("Topic").map(({ project }) => project)).toEqual(["acme-own", "acme-test"]);
        expect(() => cloud.resource("topics/sale")).toThrow('The nearest ID is "projects/acme-own/topics/sales"');
        expect(() => cloud.resource("topics/sales")).toThrow("matches 2 resources");
    });

    test("updates and replacements list the properties that cause them", async () => {
        const updated = await configured({ "raw:topic": "sales", "raw:labels": { team: "b" } }).preview();
        expect(updated).toMatchObject({ steps: ["update Topic sales"], unchanged: ["Service pubsub"] });
        expect(updated.differences["Topic sales"]).toContain("labels.team");
        const replaced = await configured({ "raw:topic": "other", "raw:labels": { team: "a" } }).up();
        expect(replaced).toMatchObject({
            steps: ["replace Topic sales"],
            replaced: ["Topic sales"],
            differences: { "Topic sales": ["name"] },
        });
    });

    test("a refresh detects changed and deleted resources", async () => {
        const dev = cloud.stack("dev");
        const { id } = cloud.set("acme-own/topics/other", "labels.team", "by hand");
        expect(id).toBe("projects/acme-own/topics/other");
        const { steps, differences } = await dev.refresh();
        expect([steps, differences["Topic other"]]).toEqual([["update Topic sales"], undefined]);
        expect(differences["Topic sales"]).toContain("labels.team");
    });

    test("a failed command throws an error with pulumi's output and the completed changes", async () => {
        const failing = cloud.stack("failing", { "gcp:project": "acme-failing", "raw:topic": "goog" });
        const error: CommandFailed = await failing.up().then(fail, (error) => error);
        expect(error).toBeInstanceOf(CommandFailed);
        expect(error.message).toMatch(/^pulumi up of the stack failing failed:\n[\s\S]*Invalid resource name given/);
        expect(error.changes.steps).toEqual(["create Service pubsub"]);
    });

    test("nothing is written to the program's folder, and nothing remains after removal", async () => {
        expect(content(program.place.folder)).toEqual(before);
        const [destroyed] = await Promise.all([cloud.stack("dev").destroy(), cloud.remove()]);
        expect(destroyed.deleted).toContain("Topic sales");
        expect(() => readdirSync(cloud.home)).toThrow("ENOENT");
    });
});

const fail = () => {
    throw new Error("it was to fail");
};
