import { createHash } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { canRefer, keyOf } from "./keys";

export type Properties = Record<string, unknown>;

/** What the cloud keeps of one resource. */
export interface Entry {
    /** The full resource name, such as `//pubsub.googleapis.com/projects/acme-dev/topics/sale-range`. */
    name: string;
    /** The project that owns it; global things, such as a service agent, belong to one too. */
    project: string;
    /** Pulumi's type token, or nothing for what Google Cloud made by itself, such as the service under a function. */
    type?: string;
    /** Pulumi's id. */
    id: string;
    state: Properties;
    /** The SHA-256 of what the resource holds, such as the bytes of an object: {@link Store.content} has them. */
    content?: string;
}

/**
 * The cloud on disk: one JSON file a resource, named after it, and the contents of objects by their hash. A file
 * appears and changes in one step of the file system, so that neither a kill nor a second process ever sees a half of
 * one; nothing of them is kept in memory, so that processes never disagree.
 */
export class Store {
    private written = 0;
    /** What {@link count} found, and how often it is good enough yet. */
    private readonly counted = new Map<string, { count: number; most: number; good: number }>();

    constructor(private readonly folder: string) {}

    read(name: string): Entry | undefined {
        return parsed(this.file(name));
    }

    /** Stores a new entry; false when the name is taken, also by another process in the same moment. */
    create(entry: Entry): boolean {
        const file = this.file(entry.name);
        this.index(entry);
        const draft = this.draft(text(entry));
        mkdirSync(dirname(file), { recursive: true });
        try {
            linkSync(draft, file);
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
        this.put(this.file(entry.name), text(entry));
    }

    remove(name: string): void {
        const entry = canRefer(name) ? this.read(name) : undefined;
        const key = entry && keyOf(entry);
        rmSync(this.file(name), { force: true });
        if (key !== undefined) {
            rmSync(this.indexFile(key, name), { force: true });
        }
    }

    /** Removes every entry whose name starts with `//service/path/`. */
    removeBelow(path: string): void {
        rmSync(this.folderOf(path), { recursive: true, force: true, maxRetries: 3 });
    }

    /**
     * The entries whose name starts with `//service/path/`; everything there is when left out.
     *
     * @param part only names with this among their parts: the others are not even read
     */
    list(path = "", part?: string): Entry[] {
        const folder = this.folderOf(path);
        const wanted = part === undefined ? [] : [fileName(part), `${fileName(part)}.json`];
        return filesIn(folder)
            .filter((file) => part === undefined || file.split(sep).some((each) => wanted.includes(each)))
            .flatMap((file) => parsed(join(folder, file)) ?? [])
            .sort((one, other) => (one.name < other.name ? -1 : 1));
    }

    /**
     * How many entries have a name that starts with `//service/path/`: none of them is read.
     *
     * @param most what the number is compared with: an older one is returned while the present one cannot have reached it,
     *   where every process asks before it makes one and no more than four make them at once
     */
    count(path: string, most = 0): number {
        const known = this.counted.get(path);
        if (known && known.most === most && known.good > 0) {
            known.good--;
            return known.count;
        }
        const count = filesIn(this.folderOf(path)).length;
        this.counted.set(path, { count, most, good: Math.floor((most - count) / 4) - 1 });
        return count;
    }

    /** The entries that refer to something: the grants of a member, the subscriptions of a topic. None of the others is read. */
    referring(key: string): Entry[] {
        const folder = this.indexFolder(key);
        return (existsSync(folder) ? readdirSync(folder) : [])
            .flatMap((file) => this.read(readFileSync(join(folder, file), "utf8")) ?? [])
            .filter((entry) => keyOf(entry) === key)
            .sort((one, other) => (one.name < other.name ? -1 : 1));
    }

    /** Keeps a content and returns its SHA-256, by which {@link content} finds it. */
    keep(content: Buffer): string {
        const hash = createHash("sha256").update(content).digest("hex");
        const file = this.contentFile(hash);
        if (!existsSync(file)) {
            this.put(file, content);
        }
        return hash;
    }

    content(hash: string): Buffer {
        return readFileSync(this.contentFile(hash));
    }

    /**
     * Notes what an entry refers to, before the entry is there: a note of what is not there, as a kill leaves it, is passed
     * over, while an entry without a note would never be found.
     */
    private index(entry: Entry): void {
        const key = keyOf(entry);
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
        mkdirSync(dirname(file), { recursive: true });
        renameSync(draft, file);
    }

    /** Writes a file that nobody reads yet, in the same file system. */
    private draft(content: string | Buffer): string {
        const drafts = join(this.folder, "drafts");
        mkdirSync(drafts, { recursive: true });
        const file = join(drafts, `${process.pid}-${process.hrtime.bigint()}-${this.written++}`);
        writeFileSync(file, content);
        return file;
    }
}

/** A part of a name as the name of a file: no two parts have the same one, and none is special to a file system. */
function fileName(part: string): string {
    const safe = encodeURIComponent(part)
        .replace(/^$/, "%")
        .replace(/^\.+$/, (dots) => "%2E".repeat(dots.length))
        // A folder must not be named as the file of another entry is.
        .replace(/\.json$/, "%2Ejson");
    return safe.length <= 200 ? safe : createHash("sha256").update(part).digest("hex");
}

/** The files of a folder and of those in it; none when it is not there. Folders may vanish meanwhile. */
function filesIn(folder: string): string[] {
    for (;;) {
        try {
            return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".json"));
        } catch (error) {
            if (codeOf(error) !== "ENOENT") {
                throw error;
            }
            if (!existsSync(folder)) {
                return [];
            }
        }
    }
}

function parsed(file: string): Entry | undefined {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
        if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") {
            return undefined;
        }
        throw error;
    }
}

function text(entry: Entry): string {
    return `${JSON.stringify(entry, undefined, 2)}\n`;
}

function codeOf(error: unknown): string | undefined {
    return (error as NodeJS.ErrnoException).code;
}
