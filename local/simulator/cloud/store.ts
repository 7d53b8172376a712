import { createHash, randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { seal, unseal } from "../../machine/crypter";
import { canHaveReferenceKey, referenceKey } from "./references";

/** Entries and contents can be secrets. */
const asPrivate = { recursive: true, mode: 0o700 };

export type Properties = Record<string, unknown>;

/** A stored resource. */
export interface Entry {
    /** The full resource name, such as `//pubsub.googleapis.com/projects/acme-dev/topics/sale-range`. */
    name: string;
    /** The owning project, also for global resources such as service agents. */
    project: string;
    /** Pulumi's type token; undefined for resources that Google Cloud creates, such as the service of a function. */
    type?: string;
    /** Pulumi's ID. */
    id: string;
    state: Properties;
    /** The SHA-256 hash of the resource's content, such as an object's bytes. Read it with {@link Store.content}. */
    content?: string;
}

/**
 * The version of the files' names and contents, in `format.json`: without this file it is 1, the format of 0.1.0, whose files are not encrypted. A
 * release that changes what earlier ones have written increments it, and reads their stores: `test/unit/local/stores` has them.
 */
const format = 2;

/** Refuses the store of a release that changed its format: what is read could be incomplete, and what is written could break it. */
export function refuseNewerFormat(folder: string): void {
    const file = join(folder, "format.json");
    if (!existsSync(file)) {
        return;
    }
    const { format: found } = JSON.parse(readFileSync(file, "utf8"));
    if (found > format) {
        throw new Error(
            `The local Google Cloud in ${folder} has format ${found}, and this version of slipway-local reads formats up to ${format}. Install the version that wrote it (npm install slipway-local@latest), or delete the local Google Cloud with 'slipway local reset'.`,
        );
    }
}

/**
 * The store on disk: one JSON file per resource, named after it, and contents by their hash. Files are created and
 * replaced atomically, so that killed processes and parallel processes never leave or see incomplete files. No resource is
 * cached in memory. Files are encrypted with the key of the store, as any property can be a secret.
 */
export class Store {
    private written = 0;
    /** Results of {@link count}, and how long they remain valid. */
    private readonly counted = new Map<string, { count: number; limit: number; good: number }>();
    private knownKey?: Buffer;

    constructor(private readonly folder: string) {
        refuseNewerFormat(folder);
    }

    read(name: string): Entry | undefined {
        return this.parsed(this.file(name));
    }

    /** Creates an entry; returns false if the name exists, even if another process creates it at the same time. */
    create(entry: Entry): boolean {
        const file = this.file(entry.name);
        this.index(entry);
        const draft = this.draft(this.text(entry));
        try {
            inFolder(file, () => linkSync(draft, file));
            return true;
        } catch (error) {
            if (codeOf(error) === "EEXIST") {
                return false;
            }
            throw error;
        } finally {
            rmSync(draft);
        }
    }

    write(entry: Entry): void {
        this.index(entry);
        this.put(this.file(entry.name), this.text(entry));
    }

    remove(name: string): void {
        const entry = canHaveReferenceKey(name) ? this.read(name) : undefined;
        const key = entry && referenceKey(entry);
        rmSync(this.file(name), { force: true });
        if (key !== undefined) {
            rmSync(this.indexFile(key, name), { force: true });
        }
    }

    /** Deletes all entries whose name starts with `//service/path/`. */
    removeBelow(path: string): void {
        rmSync(this.folderOf(path), { recursive: true, force: true, maxRetries: 3 });
    }

    /**
     * Lists the entries whose name starts with `//service/path/`; by default all entries.
     *
     * @param parts only names that contain one of these parts, if there are any; other entries are not read
     */
    list(path = "", ...parts: string[]): Entry[] {
        const folder = this.folderOf(path);
        const desired = parts.map(fileName).flatMap((file) => [file, `${file}.json`]);
        return filesIn(folder)
            .filter((file) => parts.length === 0 || file.split(sep).some((item) => desired.includes(item)))
            .flatMap((file) => this.parsed(join(folder, file)) ?? [])
            .sort((one, other) => (one.name < other.name ? -1 : 1));
    }

    /**
     * Counts the entries whose name starts with `//service/path/`, without reading them.
     *
     * @param max the limit to compare with: returns a cached count while the actual count cannot have reached the
     *   limit, assuming that every process calls this before creating an entry, and at most four processes do so in
     *   parallel
     */
    count(path: string, max = 0): number {
        const known = this.counted.get(path);
        if (known && known.limit === max && known.good > 0) {
            known.good--;
            return known.count;
        }
        const count = filesIn(this.folderOf(path)).length;
        this.counted.set(path, { count, limit: max, good: Math.floor((max - count) / 4) - 1 });
        return count;
    }

    /**
     * The entries that refer to a resource: the grants of a member, the subscriptions of a topic. Other entries are not
     * read.
     */
    referring(key: string): Entry[] {
        const folder = this.indexFolder(key);
        return (existsSync(folder) ? readdirSync(folder) : [])
            .flatMap((file) => this.read(readFileSync(join(folder, file), "utf8")) ?? [])
            .filter((entry) => referenceKey(entry) === key)
            .sort((one, other) => (one.name < other.name ? -1 : 1));
    }

    /** Stores content and returns its SHA-256 hash, for {@link content}. */
    keep(content: Buffer): string {
        const hash = createHash("sha256").update(content).digest("hex");
        const file = this.contentFile(hash);
        if (!existsSync(file)) {
            this.put(file, this.encrypt(content));
        }
        return hash;
    }

    content(hash: string): Buffer {
        return this.decrypt(readFileSync(this.contentFile(hash)));
    }

    /** Encrypts what another file of the local Google Cloud contains. */
    encrypt(content: Buffer): Buffer {
        return seal(this.key() ?? this.newKey(), content);
    }

    /** Decrypts what {@link encrypt} returned. Another process can have deleted the store and created it again; release 0.1.0 did not encrypt. */
    decrypt(bytes: Buffer): Buffer {
        const opened = this.knownKey && unseal(this.knownKey, bytes);
        const key = opened ? undefined : this.key();
        return opened ?? (key && unseal(key, bytes)) ?? bytes;
    }

    /**
     * The key of this store, if it has one. It is read before each write: what is written with the key of a store that another process has
     * deleted in the meantime could never be read again.
     */
    private key(): Buffer | undefined {
        try {
            this.knownKey = readFileSync(this.keyFile);
            return this.knownKey;
        } catch (error) {
            if (codeOf(error) !== "ENOENT") {
                throw error;
            }
            return undefined;
        }
    }

    /** Creates the key, as the first process does that writes to the store. */
    private newKey(): Buffer {
        const draft = this.draft(randomBytes(32));
        this.put(join(this.folder, "format.json"), JSON.stringify({ format }));
        try {
            linkSync(draft, this.keyFile);
        } catch (error) {
            if (codeOf(error) !== "EEXIST") {
                throw error;
            }
        } finally {
            rmSync(draft);
        }
        return this.key() as Buffer;
    }

    private text({ name, ...properties }: Entry): string {
        const sealed = this.encrypt(Buffer.from(JSON.stringify(properties))).toString("base64");
        return `${JSON.stringify({ name, sealed }, undefined, 2)}\n`;
    }

    private parsed(file: string): Entry | undefined {
        try {
            const entry: Entry & { sealed?: string } = JSON.parse(readFileSync(file, "utf8"));
            const { name, sealed } = entry;
            return sealed === undefined
                ? entry
                : { name, ...JSON.parse(this.decrypt(Buffer.from(sealed, "base64")).toString()) };
        } catch (error) {
            if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") {
                return undefined;
            }
            throw error;
        }
    }

    /**
     * Records a reference before its entry is written. A killed process can leave a record without an entry, which is
     * ignored; an entry without a record would never be found.
     */
    private index(entry: Entry): void {
        const key = referenceKey(entry);
        if (key !== undefined) {
            const file = this.indexFile(key, entry.name);
            if (!existsSync(file)) {
                this.put(file, entry.name);
            }
        }
    }

    private indexFolder(key: string): string {
        return join(this.folder, "references", fileName(key));
    }

    private indexFile(key: string, name: string): string {
        return join(this.indexFolder(key), createHash("sha256").update(name).digest("hex").slice(0, 32));
    }

    private get keyFile(): string {
        return join(this.folder, "key");
    }

    private contentFile(hash: string): string {
        return join(this.folder, "contents", hash);
    }

    private file(name: string): string {
        return `${this.path(name)}.json`;
    }

    private folderOf(path: string): string {
        return this.path(path.replace(/\/$/, ""));
    }

    private path(name: string): string {
        const parts = name === "" ? [] : name.replace(/^\/\//, "").split("/");
        return join(this.folder, "resources", ...parts.map(fileName));
    }

    private put(file: string, content: string | Buffer): void {
        const draft = this.draft(content);
        inFolder(file, () => renameSync(draft, file));
    }

    /** Writes a temporary file in the same file system. */
    private draft(content: string | Buffer): string {
        const file = join(this.folder, "drafts", `${process.pid}-${process.hrtime.bigint()}-${this.written++}`);
        inFolder(file, () => writeFileSync(file, content, { mode: 0o600, flag: "wx" }));
        return file;
    }
}

/** Creates a file, and its folder if it does not exist: it exists most of the time. Other processes can delete folders in the meantime. */
function inFolder(file: string, create: () => void): void {
    try {
        create();
    } catch (error) {
        if (codeOf(error) !== "ENOENT") {
            throw error;
        }
        mkdirSync(dirname(file), asPrivate);
        create();
    }
}

/** Converts a part of a name to a unique file name that is valid on all file systems. */
function fileName(part: string): string {
    const safe = encodeURIComponent(part)
        .replace(/^$/, "%")
        .replace(/^\.+$/, (dots) => "%2E".repeat(dots.length))
        // Folder names must differ from the file names of entries.
        .replace(/\.json$/, "%2Ejson");
    return safe.length <= 200 ? safe : createHash("sha256").update(part).digest("hex");
}

/**
 * All files in a folder, recursively; empty if it does not exist. Other processes can delete folders in the meantime. What is no file of an
 * entry is a folder: looking at each, as Node does, takes half of the time.
 */
function filesIn(folder: string, above = ""): string[] {
    let names: string[];
    try {
        names = readdirSync(join(folder, above));
    } catch (error) {
        if (codeOf(error) === "ENOENT") {
            return [];
        }
        throw error;
    }
    return names.flatMap((name) => {
        const path = above === "" ? name : `${above}${sep}${name}`;
        return name.endsWith(".json") ? path : filesIn(folder, path);
    });
}

function codeOf(error: unknown): string | undefined {
    return (error as NodeJS.ErrnoException).code;
}
