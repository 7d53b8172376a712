import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { privateFolder, readTrusted, writePrivate } from "../../privateFiles";
import { hashOf } from "../arguments/names";

/** An archive on disk and its SHA-256 hash. */
export interface Archive {
    file: string;
    hash: string;
}

/**
 * Writes an archive to a folder of this user below the temporary folder, where the provider reads it during the deployment. An existing file
 * is compared with the archive. The name of the folder is in the state of stacks.
 *
 * @param extension `zip`
 */
export function storeArchive(content: Uint8Array, extension: string): Archive {
    const hash = hashOf(content);
    const file = join(archiveFolder(), `${hash}.${extension}`);
    if (!readTrusted(file)?.equals(content)) {
        writePrivate(file, content);
    }
    return { file, hash };
}

/** Checked each time: what another user created could be replaced after it was compared. */
function archiveFolder(): string {
    try {
        return privateFolder(join(tmpdir(), `slipway-archives-${process.getuid?.() ?? ""}`), "TMPDIR");
    } catch (error) {
        // Pulumi prints only the message.
        throw new pulumi.RunError((error as Error).message);
    }
}
