import { createHash } from "node:crypto";
import { referenceKey, Store } from "./cloud.mjs";

/** A store in memory, whose entries can be hidden for a trial, and whose changes by a trial are undone. */
export function memoryStore(folder) {
    let entries = new Map();
    const contents = new Map();
    const below = (path) =>
        [...entries.keys()].filter((name) => path === "" || name.startsWith(`${path.replace(/\/$/, "")}/`));
    const all = (names) => names.sort().map((name) => structuredClone(entries.get(name)));

    class MemoryStore extends Store {
        read(name) {
            const found = entries.get(name);
            return found && structuredClone(found);
        }

        create(entry) {
            if (entries.has(entry.name)) {
                return false;
            }
            this.write(entry);
            return true;
        }

        write(entry) {
            entries.set(entry.name, JSON.parse(JSON.stringify(entry)));
        }

        remove(name) {
            entries.delete(name);
        }

        removeBelow(path) {
            for (const name of below(path)) {
                entries.delete(name);
            }
        }

        list(path = "", ...parts) {
            const has = (name) => parts.length === 0 || name.split("/").some((part) => parts.includes(part));
            return all(below(path).filter(has));
        }

        count(path) {
            return below(path).length;
        }

        referring(key) {
            return all([...entries.keys()].filter((name) => referenceKey(entries.get(name)) === key));
        }

        keep(content) {
            const hash = createHash("sha256").update(content).digest("hex");
            contents.set(hash, content);
            return hash;
        }

        content(hash) {
            return contents.get(hash);
        }

        /** The names of the entries that an action creates. */
        recorded(action) {
            const before = new Set(entries.keys());
            action();
            return [...entries.keys()].filter((name) => !before.has(name));
        }

        /** Runs a trial without these entries, and undoes its changes. */
        without(names, trial) {
            const kept = entries;
            entries = new Map(entries);
            for (const name of names) {
                entries.delete(name);
            }
            try {
                return trial();
            } finally {
                entries = kept;
            }
        }
    }
    return new MemoryStore(folder);
}
