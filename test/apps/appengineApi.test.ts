import { serve } from "../../local/runtime/emulator/server";
import { methods } from "../../local/runtime/services/appengine/api";
import type { Inputs } from "../../local/simulator/rules/rules";
import { type Call, Discovery } from "../discovery";
import { application, deploy, deployFlexible, warmup } from "../unit/local/appengineWorld";

let document: Discovery;
beforeAll(async () => {
    document = await Discovery.of("appengine.v1");
});

test.each(methods.map((method) => [method.id, method] as const))("%s is a method of Google's API", (id, method) => {
    const { verb, path, query = [], fields = [] } = method;
    const found = document.methods.get(id);
    expect([verb, path]).toEqual([found?.httpMethod, found?.flatPath]);
    expect(Object.keys(found?.parameters ?? {})).toEqual(expect.arrayContaining(query));
    // Distinguishes a value without a type from an unknown field.
    const strangers = fields.flatMap((field) => document.strangers(found?.request ?? {}, { [field]: undefined }));
    expect(strangers.filter((each) => each.endsWith("is not in the discovery document"))).toEqual([]);
});

test("requests and responses that Google's API does not have are reported", () => {
    expect(document.problems({ method: "DELETE", path: "v1/apps/acme-dev" })).toEqual([
        "there is no DELETE v1/apps/acme-dev",
    ]);
    const path = "v1/apps/acme-dev/services/default";
    const query = { updateMask: "split", migrateTraffic: "yes", force: "true" };
    const split = { shardBy: "WEIGHT", allocations: { v1: "half" }, versions: [] };
    expect(document.problems({ method: "PATCH", path, query, body: { split } })).toEqual([
        'migrateTraffic is no boolean: "yes"',
        "appengine.apps.services.patch has no parameter force",
        'split.shardBy is no UNSPECIFIED or COOKIE or IP or RANDOM: "WEIGHT"',
        'split.allocations.v1 is no number: "half"',
        "split.versions is not in the discovery document",
    ]);
    expect(document.unanswered("appengine.apps.services.list", { services: {} })).toEqual(["services is no array: {}"]);
});

/** The name of a response type in the discovery document: `OperationMetadataV1`, `Version`, `Empty`. */
const named = ({ "@type": type, ...value }: Inputs) => document.strangers(type.split(".").at(-1), value);

test("every method accepts and returns what Google's API does", async () => {
    const world = application();
    deploy(world, "v1", {
        ...warmup,
        envVariables: { A: "b" },
        handlers: [{ urlRegex: "/.*", script: { scriptPath: "auto" } }],
    });
    deploy(world, "v2", { basicScaling: { maxInstances: 2 } });
    deployFlexible(world, "v1", {
        service: "predictions",
        manualScaling: undefined,
        automaticScaling: { cpuUtilization: { targetUtilization: 0.5 } },
        resources: { cpu: 2, memoryGb: 4, volumes: [{ name: "tmp", volumeType: "tmpfs", sizeGb: 1 }] },
        network: { name: "default", subnetwork: "default", forwardedPorts: ["8081"] },
        betaSettings: { cloud_sql_instances: "acme-dev:europe-west1:sales" },
    });
    deployFlexible(world, "v2", { service: "predictions" });
    world.make("ApplicationUrlDispatchRules", { dispatchRules: [{ path: "/*", service: "default" }] });
    const { url, close } = await serve(world.cloud);
    const answered = new Set<string>();
    const call = async (id: string, { method, path, query, body }: Call): Promise<Inputs> => {
        expect(document.problems({ method, path, query, body })).toEqual([]);
        const response = await fetch(`${url}/${path}?${new URLSearchParams(query)}`, {
            method,
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        const answer = (await response.json()) as Inputs;
        expect([id, response.status, answer]).toEqual([id, 200, expect.anything()]);
        expect(document.unanswered(`appengine.apps.${id}`, answer)).toEqual([]);
        answered.add(`appengine.apps.${id}`);
        return answer;
    };
    const operate = async (id: string, asked: Call) => {
        let operation = await call(id, asked);
        while (!operation.done) {
            expect(named(operation.metadata)).toEqual([]);
            operation = await call("operations.get", { method: "GET", path: `v1/${operation.name}` });
        }
        expect([operation.error, ...named(operation.metadata), ...named(operation.response)]).toEqual([undefined]);
    };
    const get = (id: string, path: string, query?: Record<string, string>) => call(id, { method: "GET", path, query });
    const patch = (id: string, path: string, updateMask: string, body: object, more = {}) =>
        operate(id, { method: "PATCH", path, query: { updateMask, ...more }, body });
    const [app, rules] = ["v1/apps/acme-dev", "v1/apps/acme-dev/firewall/ingressRules"];
    const [web, predictions] = [`${app}/services/default`, `${app}/services/predictions`];

    await get("get", app);
    const iap = { enabled: true, oauth2ClientId: "id", oauth2ClientSecret: "secret" };
    await patch("patch", app, "iap,dispatchRules", { iap, dispatchRules: [{ path: "/a", service: "predictions" }] });
    await get("services.list", `${app}/services`, { pageSize: "1" });
    await get("services.get", web);
    const split = { shardBy: "COOKIE", allocations: { v1: 0.5, v2: 0.5 } };
    await patch("services.patch", web, "split", { split }, { migrateTraffic: "false" });
    const networkSettings = { ingressTrafficAllowed: "INGRESS_TRAFFIC_ALLOWED_ALL" };
    await patch("services.patch", web, "networkSettings", { networkSettings });
    for (const service of [web, predictions]) {
        await get("services.versions.list", `${service}/versions`, { view: "FULL" });
        await get("services.versions.get", `${service}/versions/v1`, { view: "FULL" });
    }
    await patch("services.versions.patch", `${web}/versions/v2`, "servingStatus", { servingStatus: "STOPPED" });
    await operate("services.versions.delete", { method: "DELETE", path: `${predictions}/versions/v2` });
    await operate("services.delete", { method: "DELETE", path: predictions });
    await get("firewall.ingressRules.list", rules);
    await get("firewall.ingressRules.get", `${rules}/2147483647`);
    const [path, query] = [`${rules}/2147483647`, { updateMask: "action" }];
    await call("firewall.ingressRules.patch", { method: "PATCH", path, query, body: { action: "DENY" } });
    world.make("Project", { name: "acme-new", projectId: "acme-new", orgId: "123456789012" });
    world.beside({ project: "acme-new" }).enable("appengine");
    await operate("create", { method: "POST", path: "v1/apps", body: { id: "acme-new", locationId: "us-central" } });
    expect([...answered].sort()).toEqual(methods.map(({ id }) => id).sort());
    await close();
});
