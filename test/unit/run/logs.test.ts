import type * as pulumi from "@pulumi/pulumi";
import { AdminApi } from "../../../lib/internal/adminApi/adminApi";
import { logsOfFailure } from "../../../lib/run/logs";
import { logged, startProgram } from "../engine";

const entries = [{ jsonPayload: { message: "no port" } }, { textPayload: "" }, {}, { textPayload: "starting" }];
let asked: jest.SpyInstance;
let said: string[];
beforeEach(() => {
    asked = jest.spyOn(AdminApi.prototype, "post").mockResolvedValue({ entries });
    said = logged("error");
});

/** Calls the hook with the errors of an operation, as the engine does. */
async function failed(named: { service?: string; job?: string; workerPool?: string }, error: string) {
    await startProgram();
    const other = { name: "other" } as pulumi.ErrorHook;
    const options = logsOfFailure('Web "web"', { project: "acme-dev", ...named }, { hooks: { onError: [other] } });
    const [first, added] = (options.hooks?.onError ?? []) as pulumi.ErrorHook[];
    expect(first).toBe(other);
    expect(await added?.callback({ errors: [error] } as never)).toBe(false);
}

test.each<[object, string, string, string]>([
    [
        { service: "web" },
        "Revision 'web-00002' is not ready and cannot serve traffic.",
        "revision web-00002",
        'resource.type="cloud_run_revision" AND resource.labels.service_name="web" AND resource.labels.revision_name="web-00002"',
    ],
    [
        { workerPool: "pull" },
        "Revision 'pull-00002' is not ready.",
        "revision pull-00002",
        'resource.type="cloud_run_worker_pool" AND resource.labels.worker_pool_name="pull" AND resource.labels.revision_name="pull-00002"',
    ],
    [
        { job: "migrate" },
        "Execution migrate-x1 has failed to complete.",
        "execution migrate-x1",
        'resource.type="cloud_run_job" AND resource.labels.job_name="migrate" AND labels."run.googleapis.com/execution_name"="migrate-x1"',
    ],
])("the error of %j shows the last lines of its log", async (named, error, what, filter) => {
    await failed(named, error);
    const body = { resourceNames: ["projects/acme-dev"], filter, orderBy: "timestamp desc", pageSize: 10 };
    expect(asked.mock.calls).toEqual([["entries:list", { body }]]);
    expect(said).toEqual([`Web "web": the last lines of the log of the ${what}:\nstarting\nno port`]);
});

test("a log of one line is shown", async () => {
    asked.mockResolvedValueOnce({ entries: [{ textPayload: "no port" }] });
    await failed({ service: "web" }, "Revision 'web-00002' is not ready.");
    expect(said).toEqual(['Web "web": the last lines of the log of the revision web-00002:\nno port']);
});

test("the logs are shown also if the resource has no hooks, or only others", async () => {
    await startProgram();
    const shown = { project: "acme-dev", service: "web" };
    const none = logsOfFailure('Web "web"', shown, { protect: true });
    expect(none).toEqual({ protect: true, hooks: { onError: [expect.anything()] } });
    const afterCreate = [{ name: "other" } as pulumi.ResourceHook];
    const others = logsOfFailure('Web "web"', shown, { hooks: { afterCreate } });
    expect(others).toEqual({ hooks: { afterCreate, onError: [expect.anything()] } });
});

test("nothing is added to another error, or without a log that can be read", async () => {
    await failed({ service: "web" }, "Permission denied.");
    expect(asked).not.toHaveBeenCalled();
    asked.mockResolvedValueOnce({});
    asked.mockRejectedValueOnce(new Error("Permission denied."));
    await failed({ service: "web" }, "Revision 'web-00002' is not ready.");
    await failed({ service: "web" }, "Revision 'web-00002' is not ready.");
    expect(asked).toHaveBeenCalledTimes(2);
    expect(said).toEqual([]);
});
