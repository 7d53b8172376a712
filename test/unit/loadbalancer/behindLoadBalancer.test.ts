import type * as pulumi from "@pulumi/pulumi";
import { AppEngineApp, CloudRunService, LoadBalancer, Network, ServerlessFunction } from "slipway";
import type { AppEngineAppArgs } from "slipway/appengine";
import type { CloudRunServiceArgs } from "slipway/run";
import { folderOf } from "../folders";
import { problemsIn, refused, registered } from "../registered";

const image = `docker.io/acme/web@sha256:${"0a".repeat(32)}`;
const source = folderOf({ "main.py": "def web(request):\n    return 'range'\n\n\napp = web\n" });
const members: ["group:shop@acme.com"] = ["group:shop@acme.com"];
const domain = "shop.acme.com";

const service = (args: Partial<CloudRunServiceArgs>) =>
    new CloudRunService("web", { image, ...args } as CloudRunServiceArgs);
const httpFunction = (http: object, name = "web") =>
    new ServerlessFunction(name, { source, entryPoint: "web", trigger: { http } } as ConstructorParameters<
        typeof ServerlessFunction
    >[1]);

type Backend = CloudRunService | ServerlessFunction;

/** Constructs a load balancer before a component. */
const before = (backend: Backend, more: object = {}) =>
    new LoadBalancer("shop", { domains: domain, routes: { "/*": backend }, ...more });

/** What is wrong with a load balancer before a component; undefined if it is registered. */
async function problemsOf(make: () => Backend, more: () => object = () => ({}), wait = async () => {}) {
    let refusal: Error | undefined;
    await registered(async () => {
        const backend = make();
        const given = more();
        await wait();
        try {
            before(backend, given);
        } catch (error) {
            refusal = error as Error;
        }
    });
    return refusal && problemsIn(refusal);
}

const openAt = (path: string) => `LoadBalancer "shop": ${path}: [loadbalancer/backend-open-by-default]`;
const open = openAt("routes./*");

describe("a load balancer before a component that the internet also reaches at its own URL", () => {
    test.each<[string, () => Backend, string | undefined]>([
        ["a public service", () => service({ public: true }), open],
        ["a service with Identity-Aware Proxy of its own", () => service({ iap: members }), open],
        [
            "a public service in several regions",
            () => service({ public: true, regions: ["europe-west1", "us-east1"] }),
            open,
        ],
        ["a public service by intention", () => service({ public: true, ingress: "all" }), undefined],
        ["a service for load balancers", () => service({ public: true, ingress: "load-balancer" }), undefined],
        ["a service without a URL", () => service({ public: true, defaultUrl: false }), undefined],
        ["a private service", () => service({}), undefined],
        ["a public function", () => httpFunction({ public: true }), open],
        ["a public function by intention", () => httpFunction({ public: true, ingress: "all" }), undefined],
        ["a function for load balancers", () => httpFunction({ public: true, ingress: "load-balancer" }), undefined],
        ["a private function", () => httpFunction({}), undefined],
    ])("is refused if that is not in the program: %s", async (_, make, expected) => {
        expect(await problemsOf(make)).toBe(expected);
    });

    test.each<[string, () => object]>([
        ["with Identity-Aware Proxy", () => ({ iap: members })],
        ["with Cloud Armor", () => ({ securityPolicy: true })],
        [
            "in the network",
            () => ({ type: "regional-internal", network: new Network("apps", { proxyOnlySubnets: true }) }),
        ],
    ])("is refused %s as well", async (_, more) => {
        expect(await problemsOf(() => service({ public: true }), more)).toBe(open);
    });

    test("is refused in each of the routes that lead to it", async () => {
        const next = () => new CloudRunService("next", { image });
        const program = () => {
            const web = service({ public: true });
            const split: [object, object] = [
                { service: web, weight: 1 },
                { service: next(), weight: 1 },
            ];
            before(web, { routes: { "/*": { split } } });
        };
        const made = Object.keys(
            await registered(() => {
                service({ public: true });
                next();
            }),
        );
        expect(await refused(program, {}, made)).toBe(openAt("routes./*.split.0"));
    });

    test("is refused whenever the program constructs it", async () => {
        const wait = () => new Promise<void>((resolve) => setTimeout(resolve, 10));
        expect(
            await problemsOf(
                () => service({ public: true }),
                () => ({}),
                wait,
            ),
        ).toBe(open);
    });
});

test("a load balancer changes nothing of the components that it leads to", async () => {
    const components = () => [
        service({ public: true, ingress: "load-balancer" }),
        httpFunction({ public: true, ingress: "all" }, "predict"),
    ];
    const alone = await registered(components);
    const behind = await registered(() => {
        const [web, fn] = components();
        new LoadBalancer("shop", {
            domains: domain,
            routes: { "/*": web as Backend, "/f/*": fn as Backend },
        });
    });
    expect(Object.keys(alone)).toEqual(expect.arrayContaining(["Service web", "Function predict"]));
    expect(behind).toMatchObject({
        "Service web": alone["Service web"],
        "Function predict": alone["Function predict"],
    });
});

describe("the URL of a Cloud Run service", () => {
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
    const behind = (web: CloudRunService) => {
        before(web);
        return web;
    };
    const url = "https://web-1a2b3c-ew.a.run.app";
    const missing = 'CloudRunService "web": url: [run/url-without-default]';
    const regions = ["europe-west1", "us-east1"];

    test.each<[string, () => ReturnType<Parameters<typeof read>[0]>, string]>([
        ["no URL", () => service({ defaultUrl: false }), missing],
        ["its invoker", () => service({ defaultUrl: false }).invoker, missing],
        ["the invoker of several regions", () => service({ defaultUrl: false, regions }).invoker, missing],
        ["another role", () => service({ defaultUrl: false }).role("roles/run.developer"), missing],
        ["a URL behind a load balancer", () => behind(service({})), url],
        ["a URL without a load balancer", () => service({}), url],
        ["an invoker without a load balancer", () => service({ regions }).invoker, url],
    ])("is given to a consumer of %s, or an error", async (_, program, expected) => {
        expect(await read(program)).toBe(expected);
    });
});

describe("App Engine with Identity-Aware Proxy behind a load balancer", () => {
    const standard = { source } as const;
    const cron = { train: { cron: "0 3 * * *", path: "/train" } } as unknown as AppEngineAppArgs["cron"];

    test.each<[string, Partial<AppEngineAppArgs>, ((app: AppEngineApp) => object) | undefined, string[]]>([
        ["all its services", {}, (app) => ({ "/*": app }), ["default", "api"]],
        ["one service", {}, (app) => ({ "/*": { app, service: "api" } }), ["api"]],
        [
            "no services with cron jobs",
            { cron, services: { default: { ...standard, ingress: "all" } } },
            (app) => ({ "/*": app }),
            [],
        ],
        ["no services with a domain", { domains: { "acme.com": {} } }, (app) => ({ "/*": app }), []],
        [
            "no services with ingress",
            { services: { default: { ...standard, ingress: "load-balancer" }, api: { ...standard, ingress: "all" } } },
            (app) => ({ "/*": app }),
            [],
        ],
        ["nothing without a load balancer", {}, undefined, []],
    ])("is refused for %s", async (_, args, routes, expected) => {
        let message = "";
        await registered(() => {
            const services = { default: standard, api: standard };
            const app = new AppEngineApp("site", { iap: { members }, services, ...args } as AppEngineAppArgs);
            try {
                if (routes) {
                    new LoadBalancer("shop", { domains: domain, routes: routes(app) } as ConstructorParameters<
                        typeof LoadBalancer
                    >[1]);
                }
            } catch (error) {
                ({ message } = error as Error);
            }
        });
        const problems = message && problemsIn({ message });
        expect(problems).toBe(expected.map(() => open).join("\n"));
        const services = message.matchAll(/Set ingress: "load-balancer" of services\.(\w+) of AppEngineApp "site"/g);
        expect([...services].map(([, service]) => service)).toEqual(expected);
    });
});
