/** A run of jest that `toolchain/tidy.mjs` does not run, such as `npx jest`, has its own temporary folder, too, and leaves nothing. */
module.exports = async () => {
    const { useTemporaryFolder } = await import("../toolchain/temporary.mjs");
    useTemporaryFolder();
};
