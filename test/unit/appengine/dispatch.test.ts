import { type DispatchRule, dispatch, dispatchProblems, dispatchRules } from "../../../lib/appengine/entry/dispatch";
import { made, refusal } from "./around";

const services = ["default", "mobile", "predictions"];
const refusedRules = (rules: unknown) =>
    refusal<DispatchRule[]>("dispatch", rules, dispatch, (given) => dispatchProblems(given, services));

test("rules are one resource, in order, with separate domain and path", async () => {
    const rules = [
        { url: "*/mobile/*", service: "mobile" },
        { url: "shop.acme.dev/", service: "default" },
        { url: "*.acme.dev/static/*", service: "predictions" },
    ];
    const { inputs, options } = await made((child) => dispatchRules("shop", rules, child, []));
    expect(inputs).toEqual({
        "ApplicationUrlDispatchRules shop-dispatch": {
            dispatchRules: [
                { domain: "*", path: "/mobile/*", service: "mobile" },
                { domain: "shop.acme.dev", path: "/", service: "default" },
                { domain: "*.acme.dev", path: "/static/*", service: "predictions" },
            ],
        },
    });
    expect(options["ApplicationUrlDispatchRules shop-dispatch"]).toMatchObject({ parent: "Part shop" });
});

test("without rules no resource is registered", async () => {
    expect((await made((child) => dispatchRules("shop", [], child, []))).inputs).toEqual({});
});

test("a transform can change the rules", async () => {
    const rules = [{ url: "*/a", service: "mobile" }];
    const transform = { dispatch: { deletionPolicy: "ABANDON" } };
    const { inputs } = await made((child) => dispatchRules("shop", rules, child, []), transform);
    expect(inputs["ApplicationUrlDispatchRules shop-dispatch"]).toMatchObject({ deletionPolicy: "ABANDON" });
});

const wrong: [string, unknown, string][] = [
    [
        "a scheme",
        "https://shop.acme.dev/",
        'must start with a domain (got "https://shop.acme.dev/"). Remove the scheme: a rule applies to HTTP and HTTPS.',
    ],
    [
        "no path",
        "shop.acme.dev",
        'must have a path (got "shop.acme.dev"). End it with / to match only the root page, or with /* to match all pages.',
    ],
    [
        "no domain",
        "/mobile/*",
        'must have a domain such as shop.acme.dev, *.acme.dev or *, in lower case, not "" (got "/mobile/*").',
    ],
    [
        "an upper-case domain",
        "Shop.acme.dev/",
        'must have a domain such as shop.acme.dev, *.acme.dev or *, in lower case, not "Shop.acme.dev" (got "Shop.acme.dev/").',
    ],
    [
        "a wildcard within a domain",
        "shop.*.dev/",
        'must have a domain such as shop.acme.dev, *.acme.dev or *, in lower case, not "shop.*.dev" (got "shop.*.dev/").',
    ],
    [
        "a wildcard without a dot",
        "*acme.dev/",
        'must have a domain such as shop.acme.dev, *.acme.dev or *, in lower case, not "*acme.dev" (got "*acme.dev/").',
    ],
    [
        "an IP address",
        "203.0.113.1/",
        'must have a domain such as shop.acme.dev, *.acme.dev or *, in lower case, not "203.0.113.1" (got "203.0.113.1/").',
    ],
    [
        "a wildcard within a path",
        "*/a/*/b",
        'must have a path such as /mobile/ or /mobile/*, with * only at the end and no query, not "/a/*/b" (got "*/a/*/b").',
    ],
    [
        "a query",
        "*/a?b=c",
        'must have a path such as /mobile/ or /mobile/*, with * only at the end and no query, not "/a?b=c" (got "*/a?b=c").',
    ],
    [
        "101 characters",
        `*/${"a".repeat(99)}`,
        `must have up to 100 characters, and has 101 (got "*/${"a".repeat(76)}…).`,
    ],
    ["a number", 5, "must be a string (got 5)."],
];

test.each(wrong)("a rule for %s is refused", async (_, url, expected) => {
    expect(await refusedRules([{ url, service: "mobile" }])).toBe(`App "shop": dispatch.0.url: ${expected}`);
});

test("a rule of 100 characters is accepted", async () => {
    const rules = [{ url: `*/${"a".repeat(98)}`, service: "mobile" }];
    expect(dispatchProblems(rules, services)).toEqual([]);
    expect(rules[0]?.url).toHaveLength(100);
    await expect(refusedRules(rules)).rejects.toThrow("Nothing was refused.");
});

test("a rule for an unknown service is refused with the nearest name", async () => {
    expect(await refusedRules([{ url: "*/a", service: "mobil" }])).toBe(
        'App "shop": dispatch.0.service: [appengine/unknown-service]',
    );
});

test.each([
    ["the same", "shop.acme.dev/a", "shop.acme.dev/a"],
    ["a wider path", "shop.acme.dev/*", "shop.acme.dev/a/*"],
    ["all pages of a path", "shop.acme.dev/a/*", "shop.acme.dev/a/b"],
    ["a wider domain", "*/a", "shop.acme.dev/a"],
    ["a wider wildcard", "*.dev/*", "*.acme.dev/a"],
])("a rule after one for %s is refused because it never applies", async (_, first, second) => {
    const rules = [first, second].map((url) => ({ url, service: "mobile" }));
    expect(await refusedRules(rules)).toBe('App "shop": dispatch.1.url: [appengine/dispatch-never-reached]');
});

test.each([
    ["a narrower path", "shop.acme.dev/a/*", "shop.acme.dev/*"],
    ["a narrower domain", "shop.acme.dev/a", "*/a"],
    ["a domain that ends like it", "shop.acme.dev/*", "chop.acme.dev/*"],
    ["the domain that its wildcard does not match", "*.acme.dev/*", "acme.dev/*"],
    ["a path that is longer", "*/ab*", "*/a*"],
    ["one page", "*/a", "*/a/b"],
])("a rule after one for %s applies", (_, first, second) => {
    expect(
        dispatchProblems(
            [first, second].map((url) => ({ url, service: "mobile" })),
            services,
        ),
    ).toEqual([]);
});

test("21 rules and an unknown option are refused", async () => {
    const rules = Array.from({ length: 21 }, (_, index) => ({ url: `*/${index}/`, service: "mobile" }));
    expect(await refusedRules(rules)).toMatch(/^App "shop": dispatch: there can be 20 rules at most \(got \[/);
    expect(await refusedRules([{ url: "*/a", servce: "mobile", service: "mobile" }])).toBe(
        'App "shop": dispatch.0.servce: unknown option "servce"; did you mean "service"?',
    );
    expect(await refusedRules([{ url: "*/a" }])).toBe('App "shop": dispatch.0.service: is missing.');
});
