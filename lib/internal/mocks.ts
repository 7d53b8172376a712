import * as pulumi from "@pulumi/pulumi";

/** Whether the program runs with the mocks of its own tests, so that there is no Google Cloud to read from. */
export const isMocked = (): boolean => pulumi.runtime.getMonitor()?.constructor.name === "MockMonitor";
