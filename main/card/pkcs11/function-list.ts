import koffi from 'koffi';
import { useThreadSizedStack } from '../native-stack.ts';
import { functionIndex, type FunctionName } from './constants.ts';
import { ModuleUnusable } from './errors.ts';
import { firstFunctionOffset, pkcs11Types, type Pkcs11Layout } from './layout.ts';

type TypeSpec = Parameters<typeof koffi.sizeof>[0];
type NativeFunction = ReturnType<ReturnType<typeof koffi.load>['func']>;
/** The module's functions; each gives a CK_RV. */
export type Functions = Readonly<Record<FunctionName, NativeFunction>>;

/**
 * Loads a library and binds its functions: those of the list that `C_GetFunctionList` gives, since a module need export no
 * other name. @throws {ModuleUnusable}
 */
export function bindFunctions(file: string, layout: Pkcs11Layout): Functions {
  useThreadSizedStack();
  return functionsOf(file, openLibrary(file), layout);
}

function openLibrary(file: string) {
  try {
    return koffi.load(file);
  } catch (cause) {
    throw new ModuleUnusable('not-loadable', file, cause);
  }
}

function functionsOf(file: string, library: ReturnType<typeof koffi.load>, layout: Pkcs11Layout): Functions {
  const list: [unknown] = [null];
  try {
    const getFunctionList = library.func('C_GetFunctionList', layout.ulong, [koffi.out(koffi.pointer('void *'))]);
    if (Number(getFunctionList(list)) !== 0) throw new ModuleUnusable('no-module', file);
  } catch (cause) {
    throw new ModuleUnusable('no-module', file, cause);
  }
  if (list[0] === null) throw new ModuleUnusable('no-module', file);
  const parameters = parametersOf(layout);
  const pointers = koffi.decode(list[0], firstFunctionOffset(layout), 'void *', Math.max(...Object.values(functionIndex)) + 1) as readonly unknown[];
  const entries = Object.entries(functionIndex).map(([name, index]) => {
    const pointer = pointers[index];
    if (pointer === null || pointer === undefined) throw new ModuleUnusable('no-module', file);
    return [name, koffi.decode(pointer, koffi.proto(layout.ulong, parameters[name as FunctionName] as never)) as NativeFunction] as const;
  });
  return Object.fromEntries(entries) as Functions;
}

function parametersOf(layout: Pkcs11Layout): Readonly<Record<FunctionName, readonly TypeSpec[]>> {
  const { ulong } = layout;
  const types = pkcs11Types(layout);
  const numbers = koffi.inout(koffi.pointer(ulong));
  const out = (type: TypeSpec) => koffi.out(koffi.pointer(type));
  return {
    C_Initialize: [koffi.pointer(types.initializeArguments)],
    C_Finalize: ['void *'],
    C_GetSlotList: ['uint8', 'void *', numbers],
    C_GetSlotInfo: [ulong, out(types.slotInfo)],
    C_GetTokenInfo: [ulong, out(types.tokenInfo)],
    C_GetMechanismInfo: [ulong, ulong, out(types.mechanismInfo)],
    C_SetPIN: [ulong, 'void *', ulong, 'void *', ulong],
    C_OpenSession: [ulong, ulong, 'void *', 'void *', out(ulong)],
    C_CloseSession: [ulong],
    C_Login: [ulong, ulong, 'void *', ulong],
    C_Logout: [ulong],
    C_GetAttributeValue: [ulong, ulong, koffi.inout(koffi.pointer(types.attribute)), ulong],
    C_FindObjectsInit: [ulong, koffi.pointer(types.attribute), ulong],
    C_FindObjects: [ulong, 'void *', ulong, out(ulong)],
    C_FindObjectsFinal: [ulong],
    C_SignInit: [ulong, koffi.pointer(types.mechanism), ulong],
    C_Sign: [ulong, 'void *', ulong, 'void *', numbers],
  };
}
