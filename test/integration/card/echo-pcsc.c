/* A PC/SC library as pcsc-lite's header has it, whose one card and reader say back what they were sent. */
#include <string.h>

typedef unsigned long DWORD;
typedef long LONG;
typedef struct { const char *szReader; void *pvUserData; DWORD dwCurrentState, dwEventState, cbAtr; unsigned char rgbAtr[33]; } READERSTATE;

static LONG forbidden = 0;
static const char readers[] = "Echo 00\0";

LONG SCardEstablishContext(DWORD scope, const void *a, const void *b, LONG *context) { *context = 0x1234; return forbidden; }
LONG SCardReleaseContext(LONG context) { forbidden = 0x8010006A; return 0; }
LONG SCardListReaders(LONG context, const void *groups, char *names, DWORD *length) {
  memcpy(names, readers, sizeof readers);
  *length = sizeof readers;
  return 0;
}
LONG SCardGetStatusChange(LONG context, DWORD timeout, READERSTATE *states, DWORD count) {
  for (DWORD i = 0; i < count; i++) states[i].dwEventState = states[i].dwCurrentState + 0xFFFE0022;
  return timeout == 0 ? 0 : (LONG)0x8010000A;
}
LONG SCardCancel(LONG context) { return 0; }
LONG SCardConnect(LONG context, const char *reader, DWORD share, DWORD protocols, LONG *card, DWORD *protocol) {
  *card = 0x5678;
  *protocol = 1;
  return strcmp(reader, "Echo 00") == 0 ? 0 : (LONG)0x80100009;
}
LONG SCardDisconnect(LONG card, DWORD disposition) { return 0; }
LONG SCardBeginTransaction(LONG card) { return 0; }
LONG SCardEndTransaction(LONG card, DWORD disposition) { return disposition == 1 ? 31 : 0; }
LONG SCardTransmit(LONG card, const DWORD *request, const unsigned char *send, DWORD sent, void *none, unsigned char *answer, DWORD *length) {
  answer[0] = (unsigned char)request[0];
  answer[1] = (unsigned char)request[1];
  memcpy(answer + 2, send, sent);
  *length = sent + 2;
  return 0;
}
/* The code, low byte first, the room there is for the answer in units of 256 bytes, and the input. */
LONG SCardControl(LONG card, DWORD code, const unsigned char *input, DWORD sent, unsigned char *answer, DWORD room, DWORD *length) {
  for (int i = 0; i < 4; i++) answer[i] = (unsigned char)(code >> (8 * i));
  answer[4] = (unsigned char)(room / 256);
  memcpy(answer + 5, input, sent);
  *length = sent + 5;
  return 0;
}
