<#import "two-factor-enrol-parts.ftl" as parts>
<#-- "I have saved these codes", of the set that was shown: the end of what brought the user here. -->
<#macro form>
  <#local wrong = messagesPerField.existsError("saved")>
  <@parts.form id="two-factor-saved">
    <input type="hidden" name="set" value="${twoFactor.set}"/>
    <div class="two-factor-tick">
      <input type="checkbox" id="saved" name="saved" value="on" required aria-invalid="${wrong?c}"
             <#if wrong>aria-describedby="input-error-saved" autofocus</#if>/>
      <label for="saved">${msg("two-factor-recovery-codes-saved")}</label>
    </div>
    <#if wrong>
      <span id="input-error-saved" class="${properties.kcInputErrorMessageClass!}" aria-live="polite">${messagesPerField.get("saved")}</span>
    </#if>
    <@parts.actions>
      <@parts.button label="two-factor-recovery-codes-finish" id="two-factor-finish" name="finish"/>
    </@parts.actions>
  </@parts.form>
</#macro>
