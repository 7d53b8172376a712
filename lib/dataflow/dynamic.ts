import type * as pulumi from "@pulumi/pulumi";
import { type DynamicArgs, DynamicResource } from "../internal/engine/dynamic";
import type { DataflowJobInputs } from "./admin/jobInputs";

/** The arguments of a {@link DataflowRun}. */
export type DataflowRunArgs = DynamicArgs<DataflowJobInputs>;

/** A job of Dataflow, and those that replace it. */
export class DataflowRun extends DynamicResource {
    /** The ID of the job: `2026-11-23_01_02_03-4567890123456789012`. An update gives a streaming job a new ID. */
    declare readonly jobId: pulumi.Output<string>;
    /** The state of the job, such as `JOB_STATE_RUNNING`. */
    declare readonly state: pulumi.Output<string>;
    /** The page of the job in the console. */
    declare readonly console: pulumi.Output<string>;

    constructor(name: string, inputs: DataflowRunArgs, options?: pulumi.CustomResourceOptions) {
        super(
            { type: "data:DataflowRun", provider: "dataflowJob", outputs: ["jobId", "state", "content", "console"] },
            name,
            inputs,
            options,
        );
    }
}
