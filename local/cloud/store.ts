import { createHash } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

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
 * one; nothing is kept in memory, so that processes never disagree.
 */
export class Store {
    constructor(private readonly folder: string) {}

    read(name: string): Entry | undefined {
        try {
            return JSON.parse(readFileSync(this.file(name), "utf8"));
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code === "ENOENT") {
                return undefined;
            }
            throw error;
        }
    }

    /** Stores a new entry; false when the name is taken, also by another process in the same moment. */
    create(entry: Entry): boolean {
        const file = this.file(entry.name);
        const written = this.written(file, entry);
        try {
            linkSync(written, file);
            return true;
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code === "EEXIST") {
                return false;
            }
            throw error;
        } finally {
            rmSync(written);
        }
    }

    write(entry: Entry): void {
        const file = this.file(entry.name);
        renameSync(this.written(file, entry), file);
    }

    remove(name: string): void {
        rmSync(this.file(name), { force: true });
    }

    /** The entries whose name starts with `//service/path/`; everything there is when left out. */
    list(below = ""): Entry[] {
        const folder = join(this.folder, "resources", ...segments(below));
        if (!existsSync(folder)) {
            return [];
        }
        return readdirSync(folder, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
            .map((entry) => JSON.parse(readFileSync(join(entry.parentPath, entry.name), "utf8")) as Entry)
            .sort((one, other) => (one.name < other.name ? -1 : 1));
    }

    /** Keeps a content and returns its SHA-256, by which {@link content} finds it. */
    keep(content: Buffer): string {
        const hash = createHash("sha256").update(content).digest("hex");
        const file = this.contentFile(hash);
        if (!existsSync(file)) {
            renameSync(this.written(file, content), file);
        }
        return hash;
    }

    content(hash: string): Buffer {
        return readFileSync(this.contentFile(hash));
    }

    private contentFile(hash: string): string {
        return join(this.folder, "contents", hash);
    }

    private file(name: string): string {
        return `${join(this.folder, "resources", ...segments(name))}.json`;
    }

    private written(file: string, value: Entry | Buffer): string {
        mkdirSync(dirname(file), { recursive: true });
        const temporary = `${file}.${process.pid}-${process.hrtime.bigint()}`;
        writeFileSync(temporary, Buffer.isBuffer(value) ? value : `${JSON.stringify(value, undefined, 2)}\n`);
        return temporary;
    }
}

/** The parts of a name, each safe as the name of a file on every system. */
function segments(name: string): string[] {
    return name
        .split("/")
        .filter((part) => part !== "")
        .map((part) => encodeURIComponent(part).replace(/^\.+$/, (dots) => "%2E".repeat(dots.length)))
        .map((part) => (part.length <= 200 ? part : createHash("sha256").update(part).digest("hex")));
}
