import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { UsageError } from "../../../lib/commandLine";
import { writePrivate } from "../../../lib/privateFiles";
import { stackFile } from "../../../lib/project";
import { type Crypter, passphraseCrypter } from "../../machine/crypter";
import { stackName } from "../../machine/stacks";
import type { Workspace } from "../../machine/workspace";
import { yaml } from "../../machine/yaml";
import { secretsSettings } from "../../runtime/emulator/secretsKey";
import { type Config, merge, parsePath, withValue } from "./merge";

/** The files with the configuration of a stack. */
export interface StackFiles {
    /** The file of the real stack, which is only read. */
    shared: string;
    /** Values for the local Google Cloud only, which are not committed. */
    own: string;
    /** The merged configuration, which Pulumi reads. */
    copy: string;
}

/** The contents of a stack file. */
export interface StackFile {
    secretsprovider?: string;
    encryptedkey?: string;
    encryptionsalt?: string;
    config?: Config;
    /** Environments of Pulumi ESC. */
    environment?: unknown;
}

export function stackFiles(place: Workspace, stack: string): StackFiles {
    const { file, project, stackFolder, home } = place;
    const [name, extension] = [stackName(stack), extname(file)];
    return {
        shared: stackFile(name, place),
        own: join(stackFolder, `Pulumi.${name}.local${extension}`),
        copy: join(home, "configuration", project, `Pulumi.${name}${extension}`),
    };
}

export function readStackFile(file: string): StackFile {
    if (!existsSync(file)) {
        return {};
    }
    try {
        return yaml().parse(readFileSync(file, "utf8"), { intAsBigInt: true }) ?? {};
    } catch (error) {
        throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
    }
}

/** What the copy of a configuration lacks. */
export interface Copied {
    files: StackFiles;
    /** Paths of encrypted values that could not be read, and are left out. */
    missing: string[];
    /** What encrypted them. */
    encryptedBy: string;
    /** Whether environments of Pulumi ESC are left out. */
    lacksEnvironments: boolean;
}

/** How a configuration is copied. */
export interface CopyOptions {
    /** A stack file to use instead of the stack's own. */
    file?: string;
    /** Additional values, such as `app:apiKey=value`. */
    values?: string[];
    /** Pulumi's environment variables. */
    environment: NodeJS.ProcessEnv;
}

/**
 * Writes the configuration for the engine: the stack file with the values for the local Google Cloud, and with the secrets provider of
 * local stacks. The secrets provider of the real stack is not called; values that a passphrase encrypts are read if it is set.
 */
export function copyConfiguration(place: Workspace, stack: string, options: CopyOptions): Copied {
    const files = stackFiles(place, stack);
    const shared = readStackFile(options.file ?? files.shared);
    const own = (options.values ?? []).reduce(
        (config, value) => withGiven(config, shared.config ?? {}, place.project, value),
        namespaced(readStackFile(files.own).config ?? {}, place.project),
    );
    const { config, missing } = merge(namespaced(shared.config ?? {}, place.project), own, reader(shared, options));
    writePrivate(files.copy, yaml().stringify({ ...secretsSettings, config }));
    return {
        files,
        missing,
        encryptedBy: shared.secretsprovider ?? (shared.encryptionsalt === undefined ? "Pulumi Cloud" : "passphrase"),
        lacksEnvironments: shared.environment !== undefined,
    };
}

/** Decrypts values of a stack file with the passphrase of Pulumi's environment variables. */
function reader({ encryptionsalt }: StackFile, { environment }: CopyOptions): (text: string) => string | undefined {
    if (encryptionsalt === undefined) {
        return () => undefined;
    }
    const { PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = environment;
    const given = passphrase || (file && existsSync(file) ? readFileSync(file, "utf8").trim() : "");
    let crypter: { found?: Crypter } | undefined;
    return (text) => {
        crypter ??= { found: passphraseCrypter(given, encryptionsalt) };
        return crypter.found?.decrypt(text);
    };
}

/** Keys without a namespace are in that of the project. */
export const namespaced = (config: Config, project: string): Config =>
    Object.fromEntries(Object.entries(config).map(([key, value]) => [qualified(key, project), value]));

export const qualified = (key: string, project: string): string =>
    key.includes(":") ? key.replace(/^([^:]+):config:/, "$1:") : `${project}:${key}`;

/** Sets `app:apiKey=value`; the key is a path if the stack file has an object or a list at its start. */
function withGiven(config: Config, shared: Config, project: string, given: string): Config {
    const [key = "", value] = given.split(/=(.*)/s);
    if (key === "" || value === undefined) {
        throw new UsageError(`--local-config must have the form app:apiKey=value (got ${given}).`);
    }
    const path = parsePath(qualified(key, project));
    const isPath = path.length > 1 && typeof namespaced(shared, project)[String(path[0])] === "object";
    return withValue(config, isPath ? path : [qualified(key, project)], value) as Config;
}

/** Creates the file of values for the local Google Cloud with its secrets provider, so that Pulumi can store secrets in it. */
export function prepareOwnFile(file: string): void {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const document = yaml().parseDocument(text);
    if (document.get("encryptedkey") === secretsSettings.encryptedkey) {
        return;
    }
    document.commentBefore ??=
        " Values for the local Google Cloud only. Do not commit this file: its secrets are not protected.";
    for (const [name, value] of Object.entries(secretsSettings)) {
        document.set(name, value);
    }
    writePrivate(file, document.toString());
}
