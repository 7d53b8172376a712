import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { satisfies } from "semver";
import { isObject } from "../internal/arguments/value";
import { formatFault, readYaml } from "../internal/arguments/yaml";
import { type Project, stackFile, stacksWithFile } from "../project";
import { environmentDefaults } from "../stack/settings/defaults";
import { error, type Finding, ok, type Surroundings, warning } from "./finding";
import { slipwayPackage } from "./machine";

/** The version of a package that a program uses; undefined if it is not installed. */
function installed(name: string, { program }: Project): string | undefined {
    try {
        return createRequire(join(program, "index.js"))(`${name}/package.json`).version;
    } catch {
        return undefined;
    }
}

/** Packages that all programs need. */
const required = ["@pulumi/pulumi", "@pulumi/gcp"];

export function packages(project: Project): Finding[] {
    return Object.entries(slipwayPackage().peerDependencies).flatMap(([name, wanted]) => {
        const version = installed(name, project);
        const mend = `npm install ${name}@${wanted}`;
        if (version === undefined) {
            return required.includes(name) ? [error(name, "is not installed", mend)] : [];
        }
        return [
            satisfies(version, wanted)
                ? ok(name, version)
                : error(name, `${version} is not what slipway needs: ${wanted}`, mend),
        ];
    });
}

/** Pulumi compiles programs with the `typescript` that it finds, and otherwise with one that does not know the types of components. */
export function typescript(project: Project): Finding[] {
    if (!existsSync(join(project.program, "tsconfig.json"))) {
        return [];
    }
    const version = installed("typescript", project);
    return [
        version
            ? ok("typescript", version)
            : error("typescript", "is not installed", "npm install --save-dev typescript@5.9 @types/node"),
    ];
}

/** The provider, which Pulumi otherwise downloads at the first command. */
export function plugin({ env, home }: Surroundings, project: Project): Finding[] {
    const version = installed("@pulumi/gcp", project);
    const folder = join(env.PULUMI_HOME ?? join(home, ".pulumi"), "plugins", `resource-gcp-v${version}`);
    const mend = `pulumi plugin install resource gcp ${version}`;
    return version === undefined
        ? []
        : [
              existsSync(folder)
                  ? ok("Plugin", `gcp ${version}`)
                  : warning("Plugin", `gcp ${version} is not installed; the first pulumi up downloads it`, mend),
          ];
}

const stackText = (name: string, project: Project) => readFileSync(stackFile(name, project), "utf8");

const kinds = Object.keys(environmentDefaults);

/** Where the environment of a stack is, unless the program contains it. */
export function stacks(project: Project): Finding[] {
    const names = stacksWithFile(project);
    return names.length > 0
        ? names.map((name) => stackOf(name, project))
        : [warning("Stacks", "there is none with a file", "pulumi stack init dev")];
}

function stackOf(name: string, project: Project): Finding {
    const { content } = project;
    const shared = typeof content.config === "object" ? content.config : {};
    const check = `Stack ${name}`;
    const text = stackText(name, project);
    const read = readYaml(text);
    if ("fault" in read) {
        return error(check, `its file is not valid YAML: ${formatFault(read.fault, text)}`, "correct the file");
    }
    const own = isObject(read.value) && isObject(read.value.config) ? read.value.config : {};
    const value = (key: string) => {
        const found = own[key] ?? shared?.[key];
        return isObject(found) ? (found.value ?? found.default) : found;
    };
    const missing = ["gcp:project", "gcp:region", "slipway:kind"].filter((key) => value(key) === undefined);
    const kind = value("slipway:kind");
    if (kind !== undefined && !kinds.includes(kind as never)) {
        const found = `slipway:kind must be one of ${kinds.join(", ")} (got ${JSON.stringify(kind)})`;
        return error(check, found, `pulumi config set slipway:kind development -s ${name}`);
    }
    if (missing.length > 0) {
        const found = `has no ${missing.join(", ")}, which an Environment needs unless its arguments have them`;
        return warning(check, found, missing.map((key) => `pulumi config set ${key} <value> -s ${name}`).join("\n"));
    }
    return ok(check, `${value("gcp:project")}, ${value("gcp:region")}, ${kind}`);
}

/** A passphrase for the secrets of stacks with one. */
export function passphrase({ env }: Surroundings, project: Project): Finding[] {
    const salted = stacksWithFile(project).filter((name) => stackText(name, project).includes("encryptionsalt:"));
    const given = env.PULUMI_CONFIG_PASSPHRASE !== undefined || env.PULUMI_CONFIG_PASSPHRASE_FILE !== undefined;
    const mend = "export PULUMI_CONFIG_PASSPHRASE_FILE=<file>";
    return salted.length === 0
        ? []
        : given
          ? [ok("Passphrase", "is set")]
          : [warning("Passphrase", `is not set for the secrets of ${salted.join(", ")}`, mend)];
}
