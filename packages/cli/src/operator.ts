/** The Discord user that commands of this machine come from; allowed by the embedded system because whoever starts it owns it. */
export const operatorUserId = "1";
