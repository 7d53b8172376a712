import { inventory } from "../../../local/simulator/inventory";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { application, deploy } from "./appengineWorld";
import { refusalOf, tokenOf, World } from "./world";

const rule = { priority: 1000, action: "ALLOW", sourceRange: "203.0.113.0/24" };

test("an application has a default firewall rule, which can be imported and changed, but not deleted", () => {
    const world = application();
    const id = "apps/acme-dev/firewall/ingressRules/2147483647";
    const existing = () => inventory(world.cloud).map((each) => each.id);
    expect(existing()).not.toContain(id);
    const found = world.provider.read(tokenOf("FirewallRule"), id, {});
    const state = {
        project: "acme-dev",
        priority: 2147483647,
        action: "ALLOW",
        sourceRange: "*",
        description: "The default action.",
        deletionPolicy: "DELETE",
    };
    expect(found).toEqual({ id, state });
    const imported = { token: tokenOf("FirewallRule"), id, inputs: state as Inputs, state };
    const denied = world.update(imported, { ...state, action: "DENY" });
    expect(world.refreshed(denied)?.state).toEqual({ ...state, action: "DENY" });
    expect(existing()).toContain(id);
    expect(refusalOf(() => world.remove(denied))).toBe(
        "Error when reading or editing FirewallRule: googleapi: Error 400: The default firewall rule cannot be deleted.",
    );
    expect(refusalOf(() => world.make("FirewallRule", { ...rule, priority: 2147483647, sourceRange: "*" }))).toBe(
        "Error creating FirewallRule: googleapi: Error 409: A firewall rule with priority 2147483647 already exists.",
    );
});

test("changing a rule's priority replaces it in the API", () => {
    const world = application();
    const made = world.make("FirewallRule", rule);
    expect(made.id).toBe("apps/acme-dev/firewall/ingressRules/1000");
    world.update(made, { ...rule, priority: 900 });
    expect(world.cloud.store.list("//appengine.googleapis.com/apps/acme-dev/firewall").map(({ id }) => id)).toEqual([
        "apps/acme-dev/firewall/ingressRules/2147483647",
        "apps/acme-dev/firewall/ingressRules/900",
    ]);
});

test.each<[Inputs, string]>([
    [{ priority: undefined }, "400: Invalid priority '0'"],
    [{ priority: 2147483648 }, "400: Invalid priority '2147483648'"],
    [{ action: "UNSPECIFIED_ACTION" }, "400: Invalid action 'UNSPECIFIED_ACTION'"],
    [{ sourceRange: "203.0.113.0/33" }, "400: Invalid source range '203.0.113.0/33'"],
    [{ sourceRange: "everywhere" }, "400: Invalid source range 'everywhere'"],
    [{ description: "a".repeat(401) }, "400: The description must not be longer than 400 characters."],
])("a firewall rule with %j is refused", (more, words) => {
    expect(refusalOf(() => application().make("FirewallRule", { ...rule, ...more }))).toContain(words);
});

test("an application has at most 1000 rules, and rules require an application", () => {
    const world = application();
    for (let priority = 1; priority < 1000; priority++) {
        const id = `apps/acme-dev/firewall/ingressRules/${priority}`;
        world.cloud.store.write({ name: `//appengine.googleapis.com/${id}`, project: "acme-dev", id, state: {} });
    }
    expect(refusalOf(() => world.make("FirewallRule", rule))).toContain(
        "400: An application may not have more than 1000",
    );
    const bare = new World();
    bare.enable("appengine");
    expect(refusalOf(() => bare.make("FirewallRule", rule))).toContain('404: Could not find Application "acme-dev".');
});

const dispatched = (...dispatchRules: Inputs[]) => ({ dispatchRules });

test("dispatch rules are part of the application, and are deleted with the program's resource", () => {
    const world = application();
    deploy(world, "v1");
    const made = world.make("ApplicationUrlDispatchRules", dispatched({ path: "/predict/*", service: "default" }));
    const rules = () => world.cloud.store.read("//appengine.googleapis.com/apps/acme-dev")?.state.urlDispatchRules;
    expect(rules()).toEqual([{ domain: "*", path: "/predict/*", service: "default" }]);
    expect(made.id).toBe("acme-dev");
    world.remove(made);
    expect([rules(), world.refreshed(made)]).toEqual([[], undefined]);
});

test.each<[string, Inputs[], string]>([
    [
        "more than 20",
        Array.from({ length: 21 }, (_, index) => ({ path: `/${index}`, service: "default" })),
        "400: An application may not have more than 20 dispatch rules (got 21).",
    ],
    [
        "of an unknown service",
        [{ path: "/*", service: "web" }],
        "400: Invalid dispatch rule '*/*': service 'web' does not exist.",
    ],
    ["of a relative path", [{ path: "predict", service: "default" }], "400: Invalid path 'predict'"],
    ["of a path with a star in it", [{ path: "/*/predict", service: "default" }], "400: Invalid path '/*/predict'"],
    [
        "of a domain with a star in it",
        [{ domain: "shop.*.dev", path: "/", service: "default" }],
        "400: Invalid domain 'shop.*.dev'",
    ],
    [
        "that are too long",
        [{ path: `/${"a".repeat(100)}`, service: "default" }],
        "must not be longer than 100 characters.",
    ],
])("dispatch rules %s are refused", (_, rules, words) => {
    const world = application();
    deploy(world, "v1");
    expect(refusalOf(() => world.make("ApplicationUrlDispatchRules", dispatched(...rules)))).toContain(words);
});

test("a root domain has address records and a subdomain a CNAME record; its certificate is pending", () => {
    const world = application();
    const { id, state } = world.make("DomainMapping", { domainName: "shop.acme.dev" });
    expect({ id, state }).toEqual({
        id: "apps/acme-dev/domainMappings/shop.acme.dev",
        state: {
            project: "acme-dev",
            domainName: "shop.acme.dev",
            name: "apps/acme-dev/domainMappings/shop.acme.dev",
            deletionPolicy: "DELETE",
            overrideStrategy: "STRICT",
            resourceRecords: [{ name: "shop", rrdata: "ghs.googlehosted.com.", type: "CNAME" }],
            sslSettings: {
                certificateId: "",
                pendingManagedCertificateId: expect.stringMatching(/^\d{8}$/),
                sslManagementType: "AUTOMATIC",
            },
        },
    });
    const records = world.make("DomainMapping", { domainName: "acme.co.uk" }).state.resourceRecords;
    expect(records.map(({ name, type }: Inputs) => `${type}${name}`)).toEqual(
        [..."AAAA"].concat(Array(4).fill("AAAA")),
    );
    const own = { sslManagementType: "MANUAL", certificateId: "12345" };
    expect(world.make("DomainMapping", { domainName: "*.acme.dev", sslSettings: own }).state.sslSettings).toEqual({
        ...own,
        pendingManagedCertificateId: "",
    });
});

test("a domain is mapped to one application, unless another one overrides it", () => {
    const world = application();
    const mapped = world.make("DomainMapping", { domainName: "shop.acme.dev" });
    const again = () => world.make("DomainMapping", { domainName: "shop.acme.dev" });
    expect(refusalOf(again)).toBe(
        "Error creating DomainMapping: googleapi: Error 409: Domain 'shop.acme.dev' is already mapped to this application.",
    );
    const other = world.beside({ project: "acme-app", region: "europe-west1" });
    other.enable("appengine");
    other.make("Application", { locationId: "us-central" });
    expect(refusalOf(() => other.make("DomainMapping", { domainName: "shop.acme.dev" }))).toContain(
        "Error 409: Domain 'shop.acme.dev' is already mapped to another application.",
    );
    other.make("DomainMapping", { domainName: "shop.acme.dev", overrideStrategy: "OVERRIDE" });
    expect(world.refreshed(mapped)).toBeUndefined();
});

test.each<[Inputs, string]>([
    [{ domainName: "acme" }, "400: Invalid domain name 'acme'."],
    [{ domainName: "Shop.acme.dev" }, "400: Invalid domain name 'Shop.acme.dev'."],
    [{ domainName: "203.0.113.1" }, "400: Invalid domain name '203.0.113.1'."],
    [{ domainName: "shop.example.com" }, "403: Caller is not authorized to administer the domain 'shop.example.com'."],
    [
        { domainName: "*.acme.dev", sslSettings: { sslManagementType: "AUTOMATIC" } },
        "400: Managed certificates are not supported for wildcard mappings.",
    ],
])("a mapping of %j is refused", (given, words) => {
    expect(refusalOf(() => application().make("DomainMapping", given))).toContain(words);
});

test("Identity-Aware Proxy gives members access to an application, by ID or path", () => {
    const world = application({ iap: { enabled: true, oauth2ClientId: "client", oauth2ClientSecret: "secret" } });
    world.enable("iap");
    const role = "roles/iap.httpsResourceAccessor";
    const given = { appId: "acme-dev", role, member: "group:shop@acme.dev" };
    const made = world.make("WebTypeAppEngingIamMember", given);
    expect([made.id, made.state.appId]).toEqual([
        `projects/acme-dev/iap_web/appengine-acme-dev/${role}/group:shop@acme.dev`,
        "projects/acme-dev/iap_web/appengine-acme-dev",
    ]);
    expect(world.changed(made, given)).toEqual([]);
    const nobody = { ...given, member: "serviceAccount:nobody@acme-dev.iam.gserviceaccount.com" };
    expect(refusalOf(() => world.make("WebTypeAppEngingIamMember", nobody))).toContain(
        "400: Service account nobody@acme-dev",
    );
    expect(refusalOf(() => world.make("WebTypeAppEngingIamMember", { ...given, appId: "other-app" }))).toBe(
        'Error retrieving IAM policy for iap webtypeappengine "projects/acme-dev/iap_web/appengine-other-app": googleapi: Error 404: Could not find Application "other-app".',
    );
});

test("members of Identity-Aware Proxy are refused while it is disabled for the application", () => {
    const world = application();
    world.enable("iap");
    const given = { appId: "acme-dev", role: "roles/iap.httpsResourceAccessor", member: "group:shop@acme.dev" };
    expect(refusalOf(() => world.make("WebTypeAppEngingIamMember", given))).toContain(
        "400: Identity-Aware Proxy is not enabled for the App Engine application 'acme-dev'.",
    );
});
