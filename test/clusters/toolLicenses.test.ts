import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../local/toolchain/process";
import { read, tools } from "../../local/toolchain/tool";

const root = join(__dirname, "..", "..");
const { files }: { files: string[] } = JSON.parse(readFileSync(join(root, "local", "package.json"), "utf8"));

/** The tools that slipway-local builds on the machines of users. */
const shipped = tools().filter((name) => !files.includes(`!dist/local/toolchain/${name}`));

/** Licenses of which code can be built and run without conditions for other code, by words of their texts. */
const allowed: Record<string, RegExp> = {
    "Apache-2.0": /Apache License,?\s+Version 2\.0|apache\.org\/licenses\/LICENSE-2\.0/i,
    BSD: /Redistribution and use in source and binary/i,
    ISC: /Permission to use, copy, modify, and(\/or)? distribute/i,
    MIT: /Permission is hereby granted, free of charge/i,
    "MPL-2.0": /Mozilla Public License,? (version|v\.?) ?2\.0/i,
    Unlicense: /This is free and unencumbered software released into the public domain/i,
};

/** Modules without the text of their license, with the page that has it. */
const elsewhere: Record<string, string> = {
    // MIT.
    "github.com/mattn/go-localereader": "https://github.com/mattn/go-localereader#license",
    // Files of the web page of appdash, with the licenses of its README.
    "github.com/sourcegraph/appdash-data": "https://github.com/sourcegraph/appdash-data#licenses",
};

/** The license of a module, by its files whose names say that they have one. */
function licenseOf(folder: string): string | undefined {
    const texts = readdirSync(folder)
        .filter((name) => /^(un)?licen[cs]e|^copying/i.test(name) && statSync(join(folder, name)).isFile())
        .map((name) => readFileSync(join(folder, name), "utf8"));
    return Object.keys(allowed).find((license) => texts.some((text) => allowed[license]?.test(text)));
}

test("the tools of clusters and images are among those that are checked", () => {
    expect(shipped).toEqual(expect.arrayContaining(["buildkit", "kubernetes", "pulumi"]));
    expect(shipped).not.toContain("vale");
});

let billed: Set<string>;
beforeAll(async () => {
    const made = await run(
        process.execPath,
        [join(root, "packages", "scripts", "shipped.mjs"), "sbom", "slipway-local"],
        {},
    );
    const { components }: { components: { name: string; version: string }[] } = JSON.parse(made);
    billed = new Set(components.map(({ name, version }) => `${name}@${version}`));
});

test.each(shipped)(
    "each module that is built into %s has a license that allows it, and is in the bill of materials",
    async (name) => {
        const { folder, binaries = {}, tags = "" } = read(name);
        const format =
            "{{with .Module}}{{if not .Main}}{{.Path}} {{with or .Replace .}}{{.Dir}} {{.Path}}@{{.Version}}{{end}}{{end}}{{end}}";
        const packages = Object.values(binaries);
        const listed =
            packages.length === 0
                ? ""
                : await run("go", ["list", "-e", "-deps", "-tags", tags, "-f", format, ...packages], { cwd: folder });
        const modules = new Map(
            listed
                .split("\n")
                .filter((line) => line !== "")
                .map((line) => line.split(" ") as [string, string, string])
                .map(([module, place, version]) => [module, { place, version }]),
        );
        expect(modules.size > 0).toBe(packages.length > 0);
        // The modules in the folder of a tool are of this repository.
        const others = [...modules].filter(([, { place }]) => !place.startsWith(folder));
        expect(
            others.filter(([module, { place }]) => !(module in elsewhere) && licenseOf(place) === undefined),
        ).toEqual([]);
        expect(others.filter(([, { version }]) => !billed.has(version))).toEqual([]);
    },
);
