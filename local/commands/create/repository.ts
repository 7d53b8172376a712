import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The repository, if this file was not installed with a package but is part of it, as a source or compiled. */
export function repository(): string | undefined {
    const local = dirname(dirname(__dirname));
    return [dirname(local), join(local, "..", "..", "..")].find((folder) =>
        existsSync(join(folder, "packages", "scripts", "setup.mjs")),
    );
}
