import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { stateFile } from "../../../local/machine/stacks";
import type { Workspace } from "../../../local/machine/workspace";
import { localCrypter } from "../../../local/runtime/emulator/secretsKey";
import type { Entry } from "../../../local/simulator/cloud/store";
import { cloudOf } from "../../../local/simulator/cloudOf";

/**
 * What a preview of a stack that an earlier release deployed needs. To be small and the same on all machines, it differs from what was
 * deployed:
 *
 * - The folder of the program is `<program>`, that of this repository `<slipway>`, and a temporary one starts with `<temporary>`.
 * - Secrets are not encrypted. They belong to the local Google Cloud, whose key is public.
 * - Times of the deployment are {@link epoch}, and resources of the state have none.
 * - New APIs, accounts and grants are effective.
 * - Objects have no contents.
 */
export interface Recording {
    /** The checkpoint, as the engine stores it. */
    state: object;
    /** The resources of the local Google Cloud. */
    entries: Entry[];
}

const root = join(__dirname, "..", "..", "..");
const epoch = "2026-11-21T00:00:00Z";

const placeholders = ({ folder }: Workspace): [placeholder: string, path: string][] => [
    ["<program>", folder],
    ["<slipway>", root],
    ["<temporary>", join(tmpdir(), "slipway-")],
];

const fileOf = (release: string, program: string) => join(__dirname, release, `${program}.json.br`);

/** The recorded programs by release: `["0.1.0", "platform"]`. */
export const recorded = (): [release: string, program: string][] =>
    readdirSync(__dirname, { withFileTypes: true })
        .filter((each) => each.isDirectory())
        .flatMap(({ name }) =>
            readdirSync(join(__dirname, name)).map((file): [string, string] => [name, basename(file, ".json.br")]),
        );

/** The version of the present release. */
export const present: string = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;

/** Reads the recordings of a program's stacks. */
export const read = (release: string, program: string): Record<string, Recording> =>
    JSON.parse(brotliDecompressSync(readFileSync(fileOf(release, program))).toString());

/** Writes the recordings of a program's stacks, as those of the present release. */
export function write(program: string, recordings: Record<string, Recording>): void {
    const file = fileOf(present, program);
    mkdirSync(dirname(file), { recursive: true });
    const params = { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS };
    writeFileSync(file, brotliCompressSync(JSON.stringify(recordings), { params }));
}

/**
 * Records a deployed stack.
 *
 * @param start when its deployment started
 */
export function record(place: Workspace, stack: string, start: Date): Recording {
    const { checkpoint, ...file } = JSON.parse(readFileSync(stateFile(place, stack), "utf8"));
    for (const resource of checkpoint.latest.resources) {
        delete resource.created;
        delete resource.modified;
    }
    const recording: Recording = { state: { ...file, checkpoint }, entries: cloudOf(place).store.list() };
    let text = JSON.stringify(recording, (_, value) => withoutTimes(decrypted(value), start));
    for (const [placeholder, path] of placeholders(place)) {
        text = text.replaceAll(path, placeholder);
    }
    return JSON.parse(text);
}

/** Puts a recorded stack and its local Google Cloud in the place of a program that was not deployed. */
export function restore(recording: Recording, place: Workspace, stack: string): void {
    let text = JSON.stringify(recording);
    for (const [placeholder, path] of placeholders(place)) {
        text = text.replaceAll(placeholder, path);
    }
    const { state, entries }: Recording = JSON.parse(text);
    const file = stateFile(place, stack);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(state));
    const { store } = cloudOf(place);
    for (const entry of entries) {
        store.write(entry);
    }
}

/** A secret of a state with its text: the engine reads both forms. */
function decrypted(value: unknown): unknown {
    const { ciphertext, ...secret } = (value ?? {}) as { ciphertext?: unknown };
    const plaintext = typeof ciphertext === "string" ? localCrypter.decrypt(ciphertext) : undefined;
    return plaintext === undefined ? value : { ...secret, plaintext };
}

/** In milliseconds: the validity of a certificate starts up to an hour before it is created, and simulated time runs ahead. */
const day = 86_400_000;

/** A text in which times of the deployment are replaced, and those of the program are kept. */
const withoutTimes = (value: unknown, start: Date): unknown =>
    typeof value === "string"
        ? value.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, (time) =>
              Math.abs(Date.parse(time) - start.getTime()) > day ? time : epoch,
          )
        : value;
