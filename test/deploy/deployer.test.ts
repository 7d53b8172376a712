import { serve } from "../../local/runtime/emulator/server";
import { cloudOf } from "../../local/simulator/cloudOf";
import { Issuer, outcome } from "../pipelines";
import { Deployment } from "./deployment";

const program = `"use strict";
const { Deployer } = require("slipway");
const github = { repository: "acme/sales", environment: "dev" };
const deployer = new Deployer("deployer", {
    github,
    roles: ["roles/pubsub.admin", "roles/storage.admin"],
});
const previewer = new Deployer("previewer", {
    github: { repository: "acme/sales", pullRequests: true },
    roles: ["roles/pubsub.viewer"],
});
exports.deployer = { email: deployer.email, provider: deployer.workloadIdentityProvider };
exports.previewer = { email: previewer.email, provider: previewer.workloadIdentityProvider };
`;

const issuer = new Issuer("https://token.actions.githubusercontent.com");
const push = { repository: "acme/sales", environment: "dev", ref: "refs/heads/main", event_name: "push" };
const proposed = { repository: "acme/sales", ref: "refs/pull/7/merge", event_name: "pull_request" };
const rejected = "unauthorized_client: The given credential is rejected by the attribute condition.";

describe("a deployer and a previewer", () => {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: deployer\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "package.json": '{ "name": "deployer", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    afterAll(() => deployment.remove());
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replace(from, to));
    const pools = () => deployment.existing().filter((each) => each.startsWith("WorkloadIdentityPool "));
    const made = async (): Promise<Record<"deployer" | "previewer", { email: string; provider: string }>> => {
        const { output } = await deployment.run(["stack", "output", "-s", "dev", "--json"]);
        return JSON.parse(output.slice(output.indexOf("{")));
    };

    /** The result for a job that impersonates the deployer or the previewer. */
    async function authenticate(who: "deployer" | "previewer", claims: object, as = who): Promise<string> {
        const identities = await made();
        const { url, close } = await serve(cloudOf(deployment.place), { issuers: { [issuer.address]: issuer.keys } });
        const { provider } = identities[who];
        const token = issuer.token({ sub: "any", aud: `https://iam.googleapis.com/${provider}`, ...claims });
        const ended = await outcome(url, provider, identities[as].email, token);
        await close();
        return ended;
    }

    test("are created as previewed, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed("dev")).length;
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
    });

    test("can be impersonated by the environment's jobs and by pull requests, and by nobody else", async () => {
        expect(await authenticate("deployer", push)).toBe("deploys");
        expect(await authenticate("deployer", { ...push, environment: "prod" })).toBe(rejected);
        expect(await authenticate("deployer", { ...proposed, environment: "dev" })).toBe(rejected);
        expect(await authenticate("previewer", proposed)).toBe("deploys");
        expect(await authenticate("previewer", push)).toBe(rejected);
        expect(await authenticate("previewer", proposed, "deployer")).toContain("403: Permission 'iam.serviceAccounts");
    });

    test("get an additional role with one grant, and another environment without new IDs", async () => {
        edit('"roles/storage.admin"', '"roles/storage.admin", "roles/run.admin"');
        expect(await deployment.preview("dev")).toEqual(["create IAMMember deployer-run-admin"]);
        edit('environment: "dev"', 'environment: "development"');
        expect(await deployment.upAsPreviewed("dev")).toEqual([
            "create IAMMember deployer-run-admin",
            "replace IAMMember deployer",
            "update WorkloadIdentityPoolProvider deployer",
        ]);
        expect(await authenticate("deployer", push)).toBe(rejected);
        expect(await authenticate("deployer", { ...push, environment: "development" })).toBe("deploys");
    });

    test("get a new pool, with an unused ID that starts with the same prefix", async () => {
        const before = pools();
        edit("    github,\n", '    github,\n    poolId: "pipelines",\n');
        const steps = await deployment.upAsPreviewed("dev");
        expect(steps.filter((step) => step.includes("WorkloadIdentityPool"))).toEqual([
            "replace WorkloadIdentityPool deployer",
            "replace WorkloadIdentityPoolProvider deployer",
        ]);
        const [pool] = pools().filter((each) => !before.includes(each));
        expect(pool).toMatch(/workloadIdentityPools\/pipelines-[0-9a-f]{6}$/);
        expect(await authenticate("deployer", { ...push, environment: "development" })).toBe("deploys");
    });

    test("are deleted with the stack, and recreated immediately although the IDs of their pools are reserved", async () => {
        const before = pools();
        const destroy = () => deployment.destroy("dev");
        await destroy();
        const left = deployment.existing().filter((each) => !/^(projects|Service) /.test(each));
        expect(left).toEqual([]);
        await deployment.up("dev");
        expect([pools().length, pools().filter((each) => before.includes(each))]).toEqual([2, []]);
        await destroy();
    });
});
