/** Asks the first reader of this computer for its features (PC/SC part 10) and prints what it says: for a test over a real pcscd. */
import { PcscError } from '../../../main/card/pcsc/errors.ts';
import { controlCode } from '../../../main/card/pcsc/layout.ts';
import { nativePcsc } from '../../../main/card/pcsc/native.ts';

const featureRequest = 3400;

const context = await nativePcsc().establish();
const [reader] = await context.listReaders();
const card = await context.connect(reader ?? '');
try {
  const features = await card.control(controlCode(featureRequest), new Uint8Array(0));
  console.log(`features ${Buffer.from(features).toString('hex')}`);
} catch (error) {
  if (!(error instanceof PcscError)) throw error;
  console.log(error.message);
} finally {
  await card.disconnect('leave');
  await context.release();
}
