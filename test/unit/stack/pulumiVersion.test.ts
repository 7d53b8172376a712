import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import * as version from "@pulumi/pulumi/version";
import { refuseOldPulumi, requiredPulumi } from "../../../lib/stack/pulumiVersion";
import { startProgram } from "../engine";

/** A program that an engine runs, not mocks, and the versions that it asks the engine for, which refuses them for a reason. */
async function connected(supportsErrorHooks: boolean, reason?: string) {
    await startProgram();
    Object.assign(pulumi.runtime.getMonitor() ?? {}, { constructor: class Engine {} });
    Reflect.get(state, "getStore")().supportsErrorHooks = supportsErrorHooks;
    const asked = jest.spyOn(pulumi.runtime, "requirePulumiVersion");
    reason === undefined ? asked.mockResolvedValue() : asked.mockRejectedValue(new Error(reason));
    return asked;
}

test("a program of an engine without error hooks is refused", async () => {
    const asked = await connected(false);
    expect(refuseOldPulumi).toThrow(
        /^slipway: Pulumi \S+ or newer is needed \(the Pulumi CLI is older than 3\.217\.0, and .*\[stack\/pulumi-too-old\]/,
    );
    expect(asked).not.toHaveBeenCalled();
});

test("a program with an SDK that loses error hooks is refused", async () => {
    await connected(true);
    const own = jest.replaceProperty(version as { version: string }, "version", "3.244.0");
    expect(refuseOldPulumi).toThrow(
        /^slipway: Pulumi (\S+) or newer is needed \(@pulumi\/pulumi is 3\.244\.0\)\. Run 'npm install @pulumi\/pulumi@\^\1'\. \[stack\/pulumi-too-old\]/,
    );
    own.restore();
});

test.each([
    ["fits", undefined],
    ["cannot be compared by the engine", "no version"],
])("a program continues if the version of its CLI %s", async (_, reason) => {
    const asked = await connected(true, reason);
    const failures: unknown[] = [];
    const note = (error: unknown) => failures.push(error);
    process.on("unhandledRejection", note);
    refuseOldPulumi();
    await new Promise(setImmediate);
    process.off("unhandledRejection", note);
    expect([asked.mock.calls, failures]).toEqual([[[`>=${requiredPulumi()}`]], []]);
});

test("a program with mocks is not asked for its version", async () => {
    const asked = await connected(false);
    Object.assign(pulumi.runtime.getMonitor() ?? {}, { constructor: class MockMonitor {} });
    refuseOldPulumi();
    expect(asked).not.toHaveBeenCalled();
});
