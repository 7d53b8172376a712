import { createHash, randomUUID } from "node:crypto";
import {
    createReadStream,
    createWriteStream,
    existsSync,
    mkdirSync,
    renameSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { RegistryError } from "./registryImage";

const form = /^sha256:[0-9a-f]{64}$/;

/** Contents of images, both layers and manifests, as files named by their SHA-256 hash. */
export class Layers {
    constructor(private readonly folder: string) {
        mkdirSync(join(folder, "uploads"), { recursive: true });
    }

    /** The size of a content in bytes; undefined if it does not exist. */
    size(digest: string): number | undefined {
        return form.test(digest) ? statSync(this.file(digest), { throwIfNoEntry: false })?.size : undefined;
    }

    read(digest: string): Readable {
        return createReadStream(this.file(digest));
    }

    /** Stores a content and returns its digest. */
    keep(content: Buffer): string {
        const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
        const draft = this.draft(randomUUID());
        writeFileSync(draft, content);
        renameSync(draft, this.file(digest));
        return digest;
    }

    /** Starts an upload in parts. */
    begin(): string {
        const id = randomUUID();
        writeFileSync(this.draft(id), "");
        return id;
    }

    /** Appends a part and returns the total size; undefined if the upload does not exist. */
    async add(id: string, part: Readable): Promise<number | undefined> {
        const draft = this.draft(id);
        if (!existsSync(draft)) {
            return undefined;
        }
        await pipeline(part, createWriteStream(draft, { flags: "a" }));
        return statSync(draft).size;
    }

    /** Completes an upload, whose digest must match. */
    async end(id: string, digest: string): Promise<void> {
        const hash = createHash("sha256");
        await pipeline(createReadStream(this.draft(id)), hash);
        if (!form.test(digest) || `sha256:${hash.digest("hex")}` !== digest) {
            this.drop(id);
            throw new RegistryError(400, "digest invalid", "provided digest did not match uploaded content");
        }
        renameSync(this.draft(id), this.file(digest));
    }

    drop(id: string): void {
        rmSync(this.draft(id), { force: true });
    }

    private file(digest: string): string {
        return join(this.folder, digest.slice("sha256:".length));
    }

    private draft(id: string): string {
        return join(this.folder, "uploads", id.replaceAll(/[^0-9a-f-]/g, "_"));
    }
}
