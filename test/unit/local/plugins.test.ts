import { mkdirSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { disableLogs } from "../../../local/commands/engine/plugins";

test("Pulumi cannot write logs, also where it has written some", () => {
    const home = mkdtempSync(join(tmpdir(), "slipway-home-"));
    const logs = join(home, "logs");
    mkdirSync(logs);
    writeFileSync(join(logs, "dev-20261121T000000.log"), "");
    disableLogs(home);
    expect(statSync(logs).isFile()).toBe(true);
    expect(() => mkdirSync(logs, { recursive: true })).toThrow("EEXIST");
    const before = statSync(logs).ino;
    disableLogs(home);
    expect(statSync(logs).ino).toBe(before);
    disableLogs(join(home, "new"));
    expect(statSync(join(home, "new", "logs")).isFile()).toBe(true);
});
