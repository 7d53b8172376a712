/** vCPUs of a machine type, of N1 if it is `custom-1-2048`; 2 for a shared core. */
export function vcpusOf(machineType: string): number {
    const custom = /(?:^|-)custom-(\d+)-/.exec(machineType)?.[1];
    return Number(custom ?? /-(\d+)(?:-[a-z]+)?$/.exec(machineType)?.[1] ?? 2);
}
