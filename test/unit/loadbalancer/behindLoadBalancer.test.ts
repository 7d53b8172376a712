import type * as pulumi from "@pulumi/pulumi";
import { AppEngineApp, CloudRunService, LoadBalancer, Network, PubSubTopic, ServerlessFunction } from "slipway";
import type { AppEngineAppArgs } from "slipway/appengine";
import type { CloudRunServiceArgs } from "slipway/run";
import { folderOf } from "../folders";
import { problemsIn, registered } from "../registered";

const image = `docker.io/acme/web@sha256:${"0a".repeat(32)}`;
const source = folderOf({ "main.py": "def web(request):\n    return 'range'\n\n\napp = web\n" });
const members: ["group:shop@acme.com"] = ["group:shop@acme.com"];
const domain = "shop.acme.com";

type Routes = Parameters<typeof web>[1];
const web = (args: Partial<CloudRunServiceArgs>, routes?: (web: CloudRunService) => object) => {
    const made = new CloudRunService("web", { image, ...args } as CloudRunServiceArgs);
    if (routes) {
        new LoadBalancer("shop", { domain, routes: { "/*": made }, ...routes(made) });
    }
    return made;
};

/** A resource without a load balancer, and what is different with one. */
async function changed(key: string, alone: () => unknown, behind: () => unknown, preview = false) {
    const before = (await registered(alone, { preview }))[key] as Record<string, unknown>;
    const after = (await registered(behind, { preview }))[key] as Record<string, unknown>;
    const differs = (one: string) => JSON.stringify(before[one]) !== JSON.stringify(after[one]);
    const all = Object.keys({ ...before, ...after }).filter(differs);
    return Object.fromEntries(all.map((one) => [one, after[one]]));
}

const ingress = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER";
const defaultUriDisabled = true;

describe("a Cloud Run service behind a load balancer", () => {
    test.each<[string, () => Partial<CloudRunServiceArgs>, object, service?: string]>([
        ["that is public", () => ({ public: true }), { ingress, defaultUriDisabled }],
        ["that is private", () => ({}), { defaultUriDisabled }],
        ["with Identity-Aware Proxy of its own", () => ({ iap: members }), { ingress, defaultUriDisabled }],
        ["that has defaultUrl", () => ({ public: true, defaultUrl: true }), { ingress }],
        ["without a URL", () => ({ public: true, defaultUrl: false }), { ingress }],
        ["with ingress from everywhere", () => ({ public: true, ingress: "all" }), {}],
        ["with the ingress of the default", () => ({ ingress: "internal-and-cloud-load-balancing" }), {}],
        [
            "whose triggers call its URL",
            () => ({ public: true, triggers: { sales: { topic: new PubSubTopic("sales") } } }),
            { ingress },
        ],
        [
            "whose tags have addresses",
            () => ({ public: true, traffic: { tags: { candidate: "latest" } } }),
            { ingress },
        ],
        [
            "in several regions",
            () => ({ public: true, regions: ["europe-west1", "us-east1"] }),
            { ingress, defaultUriDisabled },
            "web-europe-west1",
        ],
    ])("%s takes requests by it, unless its arguments say otherwise", async (...row) => {
        const [, args, expected, service = "web"] = row;
        const none = () => ({});
        for (const preview of [false, true]) {
            expect(
                await changed(
                    `Service ${service}`,
                    () => web(args()),
                    () => web(args(), none),
                    preview,
                ),
            ).toEqual(expected);
        }
    });

    test.each<[string, Routes]>([
        ["with Identity-Aware Proxy", () => ({ iap: members })],
        ["with Cloud Armor", () => ({ securityPolicy: true })],
        [
            "that splits requests",
            (service) => ({
                routes: {
                    "/*": {
                        split: [
                            { service, weight: 1 },
                            { service: web2(), weight: 1 },
                        ],
                    },
                },
            }),
        ],
        [
            "in the network",
            () => ({
                type: "regional-internal",
                network: new Network("apps", { proxyOnlySubnets: true }),
            }),
        ],
    ])("%s does not go round it", async (_, routes) => {
        const alone = () => web({ public: true });
        const behind = () => web({ public: true }, routes);
        expect(await changed("Service web", alone, behind)).toEqual({ ingress, defaultUriDisabled });
    });

    test("that the program constructs later keeps its URL", async () => {
        const late = async () => {
            const service = web({ public: true });
            await new Promise((resolve) => setTimeout(resolve, 10));
            new LoadBalancer("shop", { domain, routes: { "/*": service } });
        };
        expect(await changed("Service web", () => web({ public: true }), late)).toEqual({});
    });

    const read = async (program: () => { url: pulumi.Output<string> } | { value?: pulumi.Input<string> }) => {
        let result: unknown;
        await registered(async () => {
            const made = program();
            const output = "url" in made ? made.url : (made.value as pulumi.Output<string>);
            const { promise, ...others } = output as unknown as Record<string, () => Promise<string>>;
            result = await promise?.().catch((error: Error) => problemsIn(error));
            await Promise.allSettled([others.isKnown, others.isSecret, others.allResources?.()]);
        });
        return result;
    };
    const none = () => ({});
    const url = "https://web-1a2b3c-ew.a.run.app";
    const missing =
        'CloudRunService "web": url: is missing, because the service has none behind LoadBalancer "shop". Set defaultUrl: true, or use the URL of the load balancer.';
    const refused =
        'CloudRunService "web": url: is missing with defaultUrl: false. Remove defaultUrl, or use the URL of a load balancer.';
    const regions = ["europe-west1", "us-east1"];

    test.each<[string, () => ReturnType<Parameters<typeof read>[0]>, string]>([
        ["its URL", () => web({}, none), missing],
        ["its invoker", () => web({}, none).invoker, missing],
        ["the invoker of several regions", () => web({ regions }, none).invoker, missing],
        ["another role", () => web({}, none).role("roles/run.developer"), missing],
        ["a URL that it keeps", () => web({ defaultUrl: true }, none), url],
        ["a URL without a load balancer", () => web({}), url],
        ["an invoker without a load balancer", () => web({ regions }).invoker, url],
        ["no URL without a load balancer", () => web({ defaultUrl: false }), refused],
    ])("a consumer of %s gets it, or an error", async (_, program, expected) => {
        expect(await read(program)).toBe(expected);
    });
});

const web2 = () => new CloudRunService("next", { image });

test.each<[string, object, object]>([
    ["a public function", { http: { public: true } }, { ingressSettings: "ALLOW_INTERNAL_AND_GCLB" }],
    ["a private function", { http: {} }, { ingressSettings: "ALLOW_INTERNAL_AND_GCLB" }],
    ["a function with ingress", { http: { public: true, ingress: "all" } }, { ingressSettings: "ALLOW_ALL" }],
])(
    "%s behind a load balancer takes requests by it, unless its arguments say otherwise",
    async (_, trigger, expected) => {
        const create = () =>
            new ServerlessFunction("web", { source, trigger } as ConstructorParameters<typeof ServerlessFunction>[1]);
        const behind = () => new LoadBalancer("shop", { domain, routes: { "/*": create() } });
        const { serviceConfig } = (await registered(create))["Function web"] as { serviceConfig: object };
        const difference = await changed("Function web", create, behind);
        expect({ serviceConfig, ...difference }).toEqual({ serviceConfig: { ...serviceConfig, ...expected } });
    },
);

describe("App Engine with Identity-Aware Proxy", () => {
    const iap = { members };
    const service = { source } as const;
    const site = (args: Partial<AppEngineAppArgs>) =>
        new AppEngineApp("site", { iap, services: { default: service, api: service }, ...args } as AppEngineAppArgs);
    const settingsOf = async (program: () => unknown) => {
        const all = Object.entries(await registered(program)).filter(([key]) =>
            key.startsWith("ServiceNetworkSettings "),
        );
        return Object.fromEntries(
            all.map(([key, inputs]) => [
                key.replace("ServiceNetworkSettings site-", ""),
                Reflect.get(Reflect.get(inputs, "networkSettings"), "ingressTrafficAllowed"),
            ]),
        );
    };
    const all = "INGRESS_TRAFFIC_ALLOWED_ALL";
    const behind = "INGRESS_TRAFFIC_ALLOWED_INTERNAL_AND_LB";
    const cron = { train: { cron: "0 3 * * *", path: "/train" } } as unknown as AppEngineAppArgs["cron"];

    test.each<[string, Partial<AppEngineAppArgs>, ((app: AppEngineApp) => object) | undefined, object]>([
        ["without a load balancer", {}, undefined, { default: all, api: all }],
        ["behind one", {}, (app) => ({ "/*": app }), { default: behind, api: behind }],
        [
            "of which one leads to a service",
            {},
            (app) => ({ "/*": { app, service: "api" } }),
            { default: all, api: behind },
        ],
        ["with cron jobs", { cron }, (app) => ({ "/*": app }), { default: all, api: behind }],
        ["with a domain", { domains: { "acme.com": {} } }, (app) => ({ "/*": app }), { default: all, api: all }],
        [
            "with ingress",
            { services: { default: { ...service, ingress: "all" }, api: service } },
            (app) => ({ "/*": app }),
            { default: all, api: behind },
        ],
    ])("%s gets requests from where they come", async (_, args, routes, expected) => {
        const program = () => {
            const app = site(args);
            if (routes) {
                new LoadBalancer("shop", { domain, routes: routes(app) } as ConstructorParameters<
                    typeof LoadBalancer
                >[1]);
            }
        };
        expect(await settingsOf(program)).toEqual(expected);
    });
});
