import { CloudRunService, LoadBalancer, type LoadBalancerArgs, Network } from "slipway";
import { problemsIn, registered } from "../registered";

const image = `docker.io/acme/web@sha256:${"0a".repeat(32)}`;
const members = ["group:shop@acme.com"];

type Routes = (web: CloudRunService) => Partial<LoadBalancerArgs>;

/** What is wrong with the second of two load balancers before the same service; undefined if it is registered. */
async function problemsOfSecond(first: Routes, second: Routes, kind?: "production"): Promise<string | undefined> {
    let refusal: Error | undefined;
    const made = await registered(
        () => {
            const web = new CloudRunService("web", { image, ingress: "load-balancer" });
            const shared = { routes: { "/*": web } };
            new LoadBalancer("shop", { domains: "shop.acme.com", ...shared, ...first(web) } as LoadBalancerArgs);
            try {
                new LoadBalancer("old", { domains: "old.acme.com", ...shared, ...second(web) } as LoadBalancerArgs);
            } catch (error) {
                refusal = error as Error;
            }
        },
        { kind },
    );
    const hasSecond = Object.keys(made).includes("BackendService old-web") || "RegionBackendService old-web" in made;
    expect(hasSecond).toBe(refusal === undefined);
    return refusal && problemsIn(refusal).replace(/^LoadBalancer "old": /, "");
}

const open: Routes = () => ({});
const guarded: Routes = () => ({ iap: members as ["group:shop@acme.com"] });
const openOnPurpose: Routes = (service) => ({ routes: { "/*": { service, iap: false } } });
const rules: Routes = () => ({ securityPolicy: true });
const noRules: Routes = () => ({ securityPolicy: false });
const internal: Routes = () => ({
    type: "regional-internal",
    network: new Network("apps", { proxyOnlySubnets: true }),
});

describe("a second load balancer before a service", () => {
    test.each<[string, Routes, Routes, string]>([
        [
            "lets everybody in, whom the first one does not",
            guarded,
            open,
            "routes./*.iap: [loadbalancer/route-without-iap-of-other]",
        ],
        ["protects what the first one leaves open", open, guarded, "routes./*.iap: [loadbalancer/iap-bypassed]"],
        ["has no rules, which the first one has", rules, open, "securityPolicy: [loadbalancer/policy-missing]"],
        ["has rules that the first one does not have", open, rules, "securityPolicy: [loadbalancer/policy-bypassed]"],
    ])("is refused if it %s", async (_, first, second, problems) => {
        expect(await problemsOfSecond(first, second)).toBe(problems);
    });

    test.each<[string, Routes, Routes]>([
        ["both are open", open, open],
        ["both have members", guarded, guarded],
        ["the second one is open on purpose", guarded, openOnPurpose],
        ["the first one is open on purpose", openOnPurpose, guarded],
        ["both have rules", rules, rules],
        ["the second one has no rules on purpose", rules, noRules],
        ["the first one has no rules on purpose", noRules, rules],
        ["the second one is internal", rules, internal],
    ])("is created if %s", async (_, first, second) => {
        expect(await problemsOfSecond(first, second)).toBeUndefined();
    });

    test("is created in production, where both have rules by default", async () => {
        expect(await problemsOfSecond(open, open, "production")).toBeUndefined();
    });
});

test("a second load balancer without rules and members is refused once, and for each of its routes", async () => {
    const problems: string[] = [];
    await registered(() => {
        const [web, next] = ["web", "next"].map(
            (name) => new CloudRunService(name, { image, ingress: "load-balancer" }),
        ) as [CloudRunService, CloudRunService];
        const routes = { "/*": web, "/next/*": next };
        new LoadBalancer("shop", { domains: "shop.acme.com", routes, ...guarded(web), securityPolicy: true } as never);
        try {
            new LoadBalancer("old", { domains: "old.acme.com", routes });
        } catch (error) {
            problems.push(...problemsIn(error as Error).split("\n"));
        }
    });
    expect(problems).toEqual([
        'LoadBalancer "old": routes./*.iap: [loadbalancer/route-without-iap-of-other]',
        'LoadBalancer "old": securityPolicy: [loadbalancer/policy-missing]',
        'LoadBalancer "old": routes./next/*.iap: [loadbalancer/route-without-iap-of-other]',
    ]);
});

test("a refused load balancer is not known to later ones", async () => {
    const make = () => {
        const web = new CloudRunService("web", { image, ingress: "load-balancer" });
        const routes = { "/*": web };
        const args = { domains: "shop.acme.com", routes, iap: members, insecure: true } as unknown as LoadBalancerArgs;
        expect(() => new LoadBalancer("wrong", args)).toThrow(/insecure/);
        new LoadBalancer("shop", { domains: "shop.acme.com", routes });
    };
    expect(Object.keys(await registered(make))).toContain("BackendService shop-web");
});
