import { vcpusOf as known } from "slipway/facts";

/** vCPUs of a machine type; 2 if they are not known. */
export const vcpusOf = (machineType: string): number => known(machineType) ?? 2;
