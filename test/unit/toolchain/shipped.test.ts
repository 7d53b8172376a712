import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

const root = join(__dirname, "..", "..", "..");
const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");

interface Component {
    name: string;
    version: string;
    purl: string;
    licenses: { license?: { id?: string; name?: string }; expression?: string }[];
    hashes: { alg: string; content: string }[];
    properties: { name: string; value: string }[];
}

interface Bill {
    bomFormat: string;
    metadata: { component: { name: string; version: string; purl: string } };
    components: Component[];
}

/**
 * Licenses that require no more than to pass on their text, and EPL-2.0, which also requires to publish changes: elkjs is installed as it is
 * published.
 */
const allowed = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BlueOak-1.0.0",
    // The SPDX lists of licenses and exceptions, which are data.
    "CC-BY-3.0",
    "CC0-1.0",
    "EPL-2.0",
    "ISC",
    "MIT",
    "Python-2.0",
    // The first line of the license of @logdna/tail-file, which has no identifier.
    "The MIT License (MIT)",
];

/** The license of elkjs that is chosen. The other one is not allowed. */
const chosen: Record<string, string> = { "EPL-2.0 OR GPL-3.0-or-later": "EPL-2.0" };

/** The licenses of a component, each of which applies or can be chosen. */
const licensesOf = ({ licenses }: Pick<Component, "licenses">) =>
    licenses.flatMap(({ license, expression = "" }) =>
        license
            ? [license.id ?? license.name]
            : (chosen[expression] ?? expression).split(/ AND | OR |[()]/).filter((id) => id !== ""),
    );

const refused = (components: Component[]) =>
    components.filter((component) => {
        const found = licensesOf(component);
        return found.length === 0 || !found.every((id) => allowed.includes(String(id)));
    });

const script = join(root, "packages", "scripts", "shipped.mjs");
const sbom = (name: string) => spawnSync(process.execPath, [script, "sbom", name], { encoding: "utf8" });

const names = {
    slipway: ".",
    "slipway-local": "local",
    "create-slipway": "packages/create",
    "slipway-policy": "packages/policy",
};
const bills = new Map<string, Bill>();
beforeAll(() => {
    for (const name of Object.keys(names)) {
        const { stdout, stderr } = sbom(name);
        expect(stderr).toBe("");
        bills.set(name, JSON.parse(stdout));
    }
});

/** The packages of npm. `test/clusters/toolLicenses.test.ts` looks at the modules of Go. */
const componentsOf = (name: string) =>
    (bills.get(name)?.components ?? []).filter(({ purl }) => purl.startsWith("pkg:npm/"));
const isBundled = ({ properties }: Component) => properties.some(({ name }) => name === "cdx:npm:package:bundled");
const bundled = join("dist", "lib", "internal", "bundled");

/** Where Node finds a package that a file in a folder imports. */
function placeOf(name: string, folder: string): string | undefined {
    const place = join(folder, "node_modules", name);
    if (existsSync(join(root, place, "package.json")) || folder === "") {
        return existsSync(join(root, place, "package.json")) ? place : undefined;
    }
    return placeOf(name, folder.replace(/(^|[\\/])node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+$/, ""));
}

describe.each(Object.entries(names))("the bill of materials of %s", (name, folder) => {
    const description = JSON.parse(read(folder, "package.json"));

    test("names the package", () => {
        const { bomFormat, metadata } = bills.get(name) as Bill;
        expect(bomFormat).toBe("CycloneDX");
        expect(metadata.component).toMatchObject({
            name,
            version: description.version,
            purl: `pkg:npm/${name}@${description.version}`,
        });
    });

    test("has each package that is installed in production, including those that packages need, and no others", () => {
        const required = new Set<string>();
        const seen = new Set<string>();
        const visit = (needing: typeof description, place: string) => {
            const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = needing;
            for (const each of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
                const isOther = each in names || peerDependenciesMeta?.[each]?.optional;
                const found = isOther ? undefined : placeOf(each, place);
                // Packages for other systems are not installed here.
                if (found && !seen.has(found)) {
                    const installed = JSON.parse(read(found, "package.json"));
                    seen.add(found);
                    // Others can install it by another name.
                    required.add(installed.name);
                    visit(installed, found);
                }
            }
        };
        visit(description, "");
        const listed = componentsOf(name);
        expect([...required].filter((each) => !listed.some((component) => component.name === each))).toEqual([]);
        const others = listed.filter((each) => !isBundled(each) && placeOf(each.name, ""));
        expect(others.map((each) => each.name).filter((each) => !required.has(each))).toEqual([]);
    });

    test("has a version, a sum and an allowed license of each, which is the one that the package names", () => {
        const components = componentsOf(name);
        expect(components.length).toBeGreaterThan(0);
        expect(components.filter(({ version, hashes }) => !version || hashes[0]?.alg !== "SHA-512")).toEqual([]);
        expect(refused(components).map((each) => [each.purl, licensesOf(each)])).toEqual([]);
        for (const component of components) {
            const file = join("node_modules", component.name, "package.json");
            const installed = existsSync(join(root, file)) ? JSON.parse(read(file)) : {};
            const [own] = licensesOf(component);
            if (installed.version === component.version && allowed.indexOf(String(own)) < allowed.length - 1) {
                expect([component.name, installed.license]).toEqual([
                    component.name,
                    expect.stringContaining(String(own)),
                ]);
            }
        }
    });
});

test.each([
    ["of a license that is not allowed", { licenses: [{ license: { id: "GPL-3.0-only" } }] }],
    ["with one of two licenses that is not allowed", { licenses: [{ expression: "(MIT AND SSPL-1.0)" }] }],
    ["without a license", { licenses: [] }],
])("a component %s is refused", (_, licenses) => {
    const [component] = componentsOf("slipway");
    expect(refused([{ ...(component as Component), ...licenses }])).toHaveLength(1);
});

test("the bill of slipway has the packages that its files contain, with the licenses that are beside them", () => {
    const texts = readdirSync(join(root, bundled)).filter((file) => file.endsWith(".licenses.txt"));
    expect(texts.map((file) => file.replace(".licenses.txt", ".js"))).toEqual(
        readdirSync(join(root, bundled)).filter((file) => file.endsWith(".js")),
    );
    const licenses = texts.map((file) => read(bundled, file)).join("\n");
    const components = componentsOf("slipway").filter(isBundled);
    for (const component of components) {
        expect(licenses).toContain(`${component.name} ${component.version} (${licensesOf(component)})\n`);
        const folder = join("node_modules", component.name);
        for (const file of readdirSync(join(root, folder)).filter((each) => /^(licen[cs]e|notice)/i.test(each))) {
            expect(licenses).toContain(
                read(folder, file)
                    .replace(/^[-\s]+/, "")
                    .trim(),
            );
        }
    }
    const { devDependencies } = JSON.parse(read("package.json"));
    for (const name of ["fflate", "google-auth-library", "valibot"]) {
        expect(components.find((component) => component.name === name)?.version).toBe(devDependencies[name]);
    }
});

test("the bill of slipway-local has Lucide, of which it contains signs with their license", () => {
    const { devDependencies } = JSON.parse(read("package.json"));
    expect(
        componentsOf("slipway-local")
            .filter(isBundled)
            .map((each) => [each.name, each.version, ...licensesOf(each)]),
    ).toEqual([["@iconify-json/lucide", devDependencies["@iconify-json/lucide"], "ISC"]]);
    expect(read("local", "commands", "pictures", "lucide.licenses.txt")).toMatch(
        /ISC License\n\nCopyright .*Lucide Contributors/,
    );
});

test("the bill of slipway-local has the modules of Go of the tools that it builds, and other bills have none", () => {
    const modules = [...bills].flatMap(([name, { components }]) =>
        components.flatMap(({ purl }) => (purl.startsWith("pkg:golang/") ? [[name, purl]] : [])),
    );
    const purls = modules.map(([, purl]) => purl);
    expect(new Set(modules.map(([name]) => name))).toEqual(new Set(["slipway-local"]));
    expect(new Set(purls).size).toBe(purls.length);
    // A tool itself, one that is replaced, and a requirement of a tool that is not a part of the package.
    const { version } = JSON.parse(read("local", "toolchain", "pulumi", "tool.json"));
    expect(purls).toContain(`pkg:golang/github.com/pulumi/pulumi/pkg/v3@v${version}`);
    const [, replacement] =
        /k8s\.io\/api => k8s\.io\/api (v\S+)/.exec(read("local", "toolchain", "kubernetes", "go.mod")) ?? [];
    expect(purls).toContain(`pkg:golang/k8s.io/api@${replacement}`);
    expect(purls.filter((purl) => purl?.includes("yannh/kubeconform"))).toEqual([]);
});

test("an unknown package is an error", () => {
    expect(sbom("slipwai")).toMatchObject({
        status: 1,
        stdout: "",
        stderr: "Unknown package 'slipwai': the packages are slipway, slipway-local, create-slipway, slipway-policy.\n",
    });
});

describe("an audit", () => {
    /** The advisories of the registry, by package. Without any, it does not answer such questions. */
    let advisories: object | undefined;
    const asked: string[] = [];
    const cache = mkdtempSync(join(tmpdir(), "slipway-audit-"));
    const registry = createServer(async (request, response) => {
        const body = await buffer(request);
        const name = decodeURIComponent(String(request.url).slice(1));
        if (request.method === "GET") {
            response.end(JSON.stringify({ name, versions: { "13.1.0": { name, version: "13.1.0" } } }));
        } else if (advisories === undefined) {
            response.writeHead(405).end();
        } else {
            asked.push(...Object.keys(JSON.parse(gunzipSync(body).toString())));
            response.end(JSON.stringify(advisories));
        }
    });
    beforeAll(() => new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve)));
    afterAll(() => {
        registry.close();
        rmSync(cache, { recursive: true, force: true });
    });

    async function audited(known: object | undefined) {
        advisories = known;
        const { port } = registry.address() as AddressInfo;
        const env = { ...process.env, npm_config_registry: `http://127.0.0.1:${port}`, npm_config_cache: cache };
        const child = spawn(process.execPath, [script, "audit"], { env });
        const [stdout, stderr, [code]] = await Promise.all([
            text(child.stdout),
            text(child.stderr),
            once(child, "exit"),
        ]);
        return { code, stdout, stderr };
    }

    test("asks for what is installed in production, and for what slipway's files contain", async () => {
        expect(await audited({})).toEqual({
            code: 0,
            stdout: expect.stringMatching(
                /^slipway: found 0 vulnerabilities\n[\s\S]*slipway-local: found 0[\s\S]*create-slipway: found 0[\s\S]*slipway-policy: found 0/,
            ),
            stderr: "",
        });
        expect(asked).toEqual(expect.arrayContaining(["@pulumi/pulumi", "yaml", "google-auth-library", "avsc"]));
        expect(asked.filter((name) => ["jest", "vega", "@biomejs/biome"].includes(name))).toEqual([]);
    });

    test("fails if a package has a known vulnerability", async () => {
        const url = "https://github.com/advisories/GHSA-0000-0000-0000";
        const advisory = { id: 1, url, title: "Runs any code", severity: "critical", vulnerable_versions: "<14.0.0" };
        const { code, stdout, stderr } = await audited({ commander: [advisory] });
        expect([code, stderr]).toEqual([1, ""]);
        expect(stdout).toContain("Runs any code");
    });

    test("fails if the registry does not know vulnerabilities, and says so", async () => {
        expect(await audited(undefined)).toEqual({
            code: 1,
            stdout: "",
            stderr: expect.stringMatching(
                /^The registry does not say which vulnerabilities are known: set npm_config_registry to one that does\.\n[\s\S]*405/,
            ),
        });
    });
});
