import { type Domain, domainMappings, domainProblems, domains } from "../../../lib/appengine/entry/domains";
import { made, refusal } from "./around";

const registered = (all: Record<string, Domain>) => made((child) => domainMappings("shop", all, child, []));

test("a domain has a certificate managed by Google, and is not taken over from another application", async () => {
    const { inputs, options } = await registered({ "shop.acme.dev": {} });
    expect(inputs).toEqual({
        "DomainMapping shop-shop.acme.dev": {
            domainName: "shop.acme.dev",
            sslSettings: { sslManagementType: "AUTOMATIC" },
            overrideStrategy: "STRICT",
        },
    });
    expect(options["DomainMapping shop-shop.acme.dev"]).toMatchObject({ parent: "Part shop" });
});

test("a domain can have its own certificate or none, and can be taken over from another application", async () => {
    const { inputs } = await registered({
        "*.acme.dev": { certificate: "12345" },
        "acme.dev": { certificate: "none", override: true },
    });
    expect(inputs).toEqual({
        "DomainMapping shop-*.acme.dev": {
            domainName: "*.acme.dev",
            sslSettings: { sslManagementType: "MANUAL", certificateId: "12345" },
            overrideStrategy: "STRICT",
        },
        "DomainMapping shop-acme.dev": {
            domainName: "acme.dev",
            sslSettings: { sslManagementType: "MANUAL" },
            overrideStrategy: "OVERRIDE",
        },
    });
});

test("each mapping is available by its domain", async () => {
    let domainsOf: string[] = [];
    await made((child) => {
        domainsOf = Object.keys(domainMappings("shop", { "shop.acme.dev": {}, "acme.dev": {} }, child, []));
    });
    expect(domainsOf).toEqual(["shop.acme.dev", "acme.dev"]);
});

const form = "must be a domain such as shop.acme.dev, in lower case";
const wrong: [string, unknown, string][] = [
    ...["Shop.acme.dev", "acme", "https://acme.dev", "acme.dev/", "-a.dev", "a.*.dev", "203.0.113.1", "a..dev"].map(
        (name): [string, unknown, string] => [name, { [name]: {} }, `domains.${name}: ${form} (got "${name}").`],
    ),
    [
        "a domain of App Engine's",
        { "acme-dev.ew.r.appspot.com": {} },
        'domains.acme-dev.ew.r.appspot.com: is a domain of App Engine (got "acme-dev.ew.r.appspot.com"). The application is served there without a mapping.',
    ],
    [
        "a managed certificate for a wildcard",
        { "*.acme.dev": {} },
        "domains.*.acme.dev.certificate: [appengine/wildcard-certificate]",
    ],
    [
        "an unknown certificate",
        { "acme.dev": { certificate: "automatic" } },
        'domains.acme.dev.certificate: must be "managed", "none" or a certificate\'s ID (got "automatic").',
    ],
    [
        "an unknown option",
        { "acme.dev": { certificateId: "none" } },
        'domains.acme.dev.certificateId: unknown option "certificateId"; did you mean "certificate"?',
    ],
];

test.each(wrong)("%s is refused as a domain", async (_, given, expected) => {
    expect(await refusal<Record<string, Domain>>("domains", given, domains, domainProblems)).toBe(
        `App "shop": ${expected}`,
    );
});

test("a domain of 254 characters is refused", async () => {
    const name = `${"a.".repeat(125)}acme`;
    expect(await refusal("domains", { [name]: {} }, domains)).toContain(form);
    await expect(refusal("domains", { [name.slice(2)]: {} }, domains)).rejects.toThrow("Nothing was refused.");
});
